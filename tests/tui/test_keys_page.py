"""docs/keys.md is the table itself; the command shows it with this home's keys.toml."""

from pathlib import Path

from click.testing import CliRunner

from gcli2api_tui.cli.commands import main
from gcli2api_tui.tui.key_table import KEYS
from gcli2api_tui.tui.keys_page import page
from gcli2api_tui.tui.words import Words

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


def test_the_page_of_the_documents_is_the_table() -> None:
    made = page({}, Words())
    assert PAGE.read_text(encoding="utf-8") == made, "run `gcli2api-tui keymap --defaults > docs/keys.md`"
    assert all(f"`{row.id}`" in made for rows in KEYS.values() for row in rows) and "key." not in made.split("## On")[1]


def test_the_command_shows_the_keys_of_this_home(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('"requests.stop" = "X"\n"no.such" = "y"', encoding="utf-8")
    said = CliRunner().invoke(main, ["keymap", "--home", str(tmp_path)])
    assert said.exit_code == 0 and "| `X` | Stop | `requests.stop` |" in said.output and "no.such" in said.stderr
    defaults = CliRunner().invoke(main, ["keymap", "--home", str(tmp_path), "--defaults"])
    assert defaults.output == PAGE.read_text(encoding="utf-8")
