"""The short form of the fuzz (fuzz_bodies): other bodies than the long run's, over all POST routes."""

import asyncio
from pathlib import Path

import fuzz_bodies
import programs


def test_no_body_breaks_the_server(tmp_path: Path) -> None:
    with programs.simulator_within() as google, programs.server_with_key(tmp_path / "home", google) as url:
        found = asyncio.run(fuzz_bodies.run(url, range(200), seed=2))
    assert found.wrong == []
    assert min(found.statuses[200], found.statuses[400]) > 10, "most bodies are mutants of one that is served"


def test_a_body_is_made_from_its_number_alone() -> None:
    real = fuzz_bodies.captured()
    assert real, "real clients' bodies are among those that are changed"
    assert [fuzz_bodies.mutated(n, 3, real) for n in range(50)] == [fuzz_bodies.mutated(n, 3, real) for n in range(50)]
