"""All recipes, in the order in which they are shown, and the one that a person or a caller means."""

from collections.abc import Mapping

from gcli2api_tui.recipes.clients_set_by_hand import CHATS, LIBRARIES
from gcli2api_tui.recipes.clients_with_files import AGENTS
from gcli2api_tui.recipes.recipe import Recipe

RECIPES: Mapping[str, Recipe] = {recipe.id: recipe for recipe in (*AGENTS, *CHATS, *LIBRARIES)}


def recipe_of(name: str) -> Recipe | None:
    """By its id, its name, or a beginning that only one has."""
    wanted = _plain(name)
    ids = {_plain(recipe.id): recipe for recipe in RECIPES.values()}
    if wanted in ids:
        return ids[wanted]
    starts = [r for r in RECIPES.values() if (wanted and _plain(r.id).startswith(wanted)) or _plain(r.name) == wanted]
    return starts[0] if len(starts) == 1 else None


def matching(text: str) -> tuple[Recipe, ...]:
    """Those in whose name, kind or dialect a person's words are found."""
    words = text.casefold().split()
    return tuple(
        recipe
        for recipe in RECIPES.values()
        if all(word in f"{recipe.id} {recipe.name} {recipe.speaks}".casefold() for word in words)
    )


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
