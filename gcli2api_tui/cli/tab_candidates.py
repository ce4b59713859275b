"""What Tab offers for an argument: names of settings and of clients, from their tables.

In: what was typed of it. Out: the names that begin so. Nothing of a home is read: a Tab must not make or change one.
"""

import click


def settings(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from gcli2api_tui.config.settings import FIELDS

    return [name for name in FIELDS if name.startswith(begun)]


def clients(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from gcli2api_tui.recipes.table import RECIPES

    return [name for name in RECIPES if name.startswith(begun)]
