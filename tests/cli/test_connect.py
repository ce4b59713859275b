"""`connect`: the difference first, y/N with No as default, and no key on the screen unless it is asked for."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gcli2api_tui.cli.commands import main

KEY = "sk-" + "Qz7" * 8


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and no variable of a client's own."""
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "GCLI2API_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("API_PASSWORD", KEY)
    return tmp_path


def run(*words: str, answer: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(main, ["connect", *words], input=answer)
    return done.exit_code, done.output


def test_it_asks_and_no_is_the_default(ours: Path) -> None:
    status, said = run("codex", answer="\n")
    assert status == 1 and "Nothing was written" in said and "[y/N]" in said
    assert KEY not in said and f"••••{KEY[-4:]}" in said and '+base_url = "http://127.0.0.1:7861/v1"' in said
    assert not (ours / ".codex").exists()


def test_it_writes_says_how_to_start_and_takes_back(ours: Path) -> None:
    assert run("codex", "--model", "gemini-9-flash", answer="y\n")[0] == 0
    text = (ours / ".codex" / "config.toml").read_text()
    assert KEY in text and 'model = "gemini-9-flash"' in text
    assert "nothing changes" in run("Codex", "--model", "gemini-9-flash")[1]
    assert run("codex", "--undo", "--yes")[0] == 0
    assert not (ours / ".codex" / "config.toml").exists()
    status, said = run("codex", "--undo", "--yes")
    assert status == 1 and "Nothing of ours" in said


def test_what_is_typed_is_printed_whole(ours: Path) -> None:
    assert KEY in run("codex", "--print")[1] and not (ours / ".codex").exists()
    status, said = run("sillytavern")
    assert status == 0 and KEY in said and "type it there" in said


def test_an_odd_file_gets_the_lines_to_paste(ours: Path) -> None:
    (ours / ".codex").mkdir()
    (ours / ".codex" / "config.toml").write_text("model = ")
    status, said = run("codex", "--yes")
    assert status == 1 and "left alone" in said and "[model_providers.gcli2api]" in said
    assert (ours / ".codex" / "config.toml").read_text() == "model = "


def test_the_list_and_an_unknown_name(ours: Path) -> None:
    run("claude", "--yes")
    said = run()[1]
    assert "* claude" in said and "  codex" in said and "cherry-studio" in said
    status, said = run("nope")
    assert status == 1 and "There are: claude, codex" in said
