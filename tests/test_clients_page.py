"""What docs/clients.md says to type is made from the recipes; run as a script it writes that part of the page anew."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from gcli2api_tui.recipes.all_recipes import RECIPES
from gcli2api_tui.recipes.recipe import Recipe, Target
from gcli2api_tui.tui.words import Words

PAGE = Path(__file__).parent.parent / "docs" / "clients.md"
BEGIN, END = "<!-- by hand -->\n", "<!-- end of by hand -->\n"
EXAMPLE = Target(
    "http://127.0.0.1:7861", "YOUR-KEY", "gemini-pro-latest", "gemini-flash-latest", "gemini-flash-lite-latest"
)


def part() -> str:
    dialogs = [recipe for recipe in RECIPES.values() if recipe.kind == "chat"]
    others = [recipe for recipe in RECIPES.values() if recipe.kind != "chat"]
    return f"{BEGIN}{_chapters(others)}\n## Dialogs\n{_chapters(dialogs)}\n{END}"


def _chapters(recipes: Iterable[Recipe]) -> str:
    return "".join(
        f"\n### {recipe.name}\n\n```text\n{EXAMPLE.filled(recipe.typed)}\n```\n{_note(recipe)}" for recipe in recipes
    )


def _note(recipe: Recipe) -> str:
    return f"\n{Words('en')(recipe.note)}\n" if recipe.note else ""


def test_the_page_says_what_the_recipes_say() -> None:
    assert part() in PAGE.read_text(encoding="utf-8"), f"run: python tests/{Path(__file__).name}"


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.id)
def test_every_client_stands_in_the_table_of_what_connect_writes(recipe: Recipe) -> None:
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").partition("## By hand")[0].splitlines() if line[:1] == "|"
    ]
    assert any(recipe.id in (word.strip() for word in row.split("|")[1].split(",")) for row in rows)


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + part() + rest.partition(END)[2], encoding="utf-8")
