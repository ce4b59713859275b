"""`logs`: with and without a server; by level, as text, as JSON."""

import json
from pathlib import Path

from click.testing import CliRunner

from gcli2api_tui.cli.commands import main
from gcli2api_tui.log_lines import NAME


def line(level: str, message: str) -> str:
    return json.dumps({"time": "2026-11-29T10:00:00.000Z", "level": level, "place": "pool", "message": message})


def run(home: Path, *words: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(main, ["logs", "--home", str(home), *words])


def test_the_last_lines_of_a_server_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    lines = [line("info", "one"), line("error", "two"), "{torn", line("debug", "three")]
    (tmp_path / "logs" / NAME).write_text("\n".join(lines) + "\n")
    assert [text.split(": ")[1] for text in run(tmp_path).output.splitlines()] == ["one", "two", "three"]
    assert run(tmp_path, "-n", "1", "--level", "warning").output.rstrip().endswith("error   pool: two")
    assert run(tmp_path, "--json", "-n", "2").output.splitlines() == [lines[1], lines[3]]


def test_no_log_is_said_with_the_way_to_one(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.exit_code == 1 and "log_file" in done.output and "Traceback" not in done.output
