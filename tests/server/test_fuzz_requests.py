"""The short form of fuzz_requests.py: a few hundred broken requests over raw sockets."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).with_name("fuzz_requests.py")


async def test_no_broken_request_is_a_500_or_hangs() -> None:
    spec = importlib.util.spec_from_file_location("fuzz_requests", SCRIPT)
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found = await script.run(300, seed=3)
    assert not found.wrong
    assert found.statuses["400"] and found.statuses["200"] and found.statuses["401"]
