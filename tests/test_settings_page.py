"""docs/settings.md is made from the code; run this file as a script to write it anew."""

from pathlib import Path

from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.events.secret import Secret

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"

HEAD = """# Settings

A value is taken from the first place that has one: a flag, the environment variable `GCLI2API_<NAME>`, a variable
with a plain name (the column "also"), `config.toml`, the default. An empty value counts as none. A variable `HOST`
counts only if it holds an address or `localhost`, because shells put the machine's name there.

`password` is what people's tools send; `panel_password` opens the admin API (`/admin`) and the web page (`/auth`), as a
header only, never as `?key=`. Neither opens what the other does unless you make them equal. `PASSWORD` and `--password`
set both; `API_PASSWORD`, `GCLI2API_PASSWORD` and `password` in config.toml set the first alone; `PANEL_PASSWORD` beats
all others for the second. `gcli2api-tui key` and `key --panel` print them.

`gcli2api-tui config show` prints every value and where it came from; `gcli2api-tui config path` says where the file is.

A change acts **live** or after a **restart**. The panel's Options, `POST /admin/api/settings` and, where a server runs,
`gcli2api-tui config set` write config.toml, comments kept, and let a live one act at once; a request that runs keeps
what it began with. Editing config.toml by hand acts at the next start. What a flag or the environment holds is changed
there: config.toml would not act, and all three say so.

| name | default | acts | also | what it does |
|---|---|---|---|---|
"""


def page() -> str:
    return HEAD + "".join(_line(name) for name in FIELDS)


def _line(name: str) -> str:
    item = FIELDS[name]
    value = item.default.reveal() if isinstance(item.default, Secret) else str(item.default)
    also = ", ".join(f"`{variable}`" for variable in item.metadata["env"])
    choices = item.metadata["choices"]
    text = item.metadata["help"] + (f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else "")
    text += f" From {item.metadata['least']} on." if item.metadata["least"] else ""
    return f"| `{name}` | {f'`{value}`' if value else '(none)'} | {item.metadata['acts']} | {also} | {text} |\n"


def test_the_page_shows_every_setting_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"run: python {Path(__file__).name}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
