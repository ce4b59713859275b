"""How a client is pointed at this server: the address, the key, other names of models, and what to set in each client.

In: the snapshot's facts, the keys and a recipe. Out: lines of an exact width, and the same as text to copy. Pure.
What a client is given is not translated: it is typed as it stands.
"""

from collections.abc import Sequence

from gcli2api_tui.control.ports import Keys
from gcli2api_tui.ledger.snapshot import CallerRow, ServerFacts
from gcli2api_tui.recipes.masking import masked_key
from gcli2api_tui.recipes.recipe import UNKNOWN_MODEL, Recipe, Target
from gcli2api_tui.tui.paint import callers
from gcli2api_tui.tui.paint.cells import Line, fit, fit_line, plain, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.wrap import wrap

MOST_ALIASES, MOST_CALLERS = 3, 8
NAME_WIDTH = 16


def target(server: ServerFacts, key: str) -> Target:
    models = server.models
    named = (plain(models.best), plain(models.fast), plain(models.cheap))
    return Target(plain(server.url), plain(key), *(name or UNKNOWN_MODEL for name in named))


def snippet(server: ServerFacts, recipe: Recipe, key: str) -> str:
    """What to set in a client, ready to be pasted where `key` is whole."""
    return target(server, key).filled(recipe.typed)


def row(recipe: Recipe, called: CallerRow | None, width: int, look: Look) -> Line:
    """A client in the list, with a sign of how its calls fare; `w` where its file can be written."""
    glyph, tone = callers.mark(called, look) if called else (" ", "plain")
    mark: Line = ((f"{glyph} ", tone),)
    name = fit(recipe.name, min(NAME_WIDTH, max(1, width - 2)))
    way: Line = (("w  ", "key"),) if recipe.files else (("   ", "plain"),)
    return fit_line((*mark, (name, "plain"), *way, (recipe.speaks, "dim")), width)


def guide(
    server: ServerFacts, keys: Keys, recipe: Recipe, called: Sequence[CallerRow], width: int, look: Look
) -> list[Line]:
    """How its calls fare and what is typed, then the facts. Keys are masked; what is too long goes on below."""
    word = look.words
    does = word("use.writes" if recipe.files else "use.types")
    name: Line = ((recipe.name, "bold"), (f"  {recipe.speaks}", "dim"))
    whole: Line = (*name, (f"  {does}", "dim"))
    shown = [whole] if width_of(whole) <= width else [name, ((does, "dim"),)]
    if called:
        shown += callers.lines(called, width, MOST_CALLERS, look)
    for typed in snippet(server, recipe, masked_key(keys.client)).split("\n"):
        tone = "dim" if typed.startswith(("#", "//")) else "plain"
        shown += [((piece, tone),) for piece in wrap(typed, width)]  # type: ignore[misc]
    after: list[Line] = [()]
    if recipe.note:
        after += [((word(recipe.note), "warn"),), ()]
    after += facts(server, keys, look)
    return [fit_line(line, width) for line in (*shown, *(part for line in after for part in _wrapped(line, width)))]


def facts(server: ServerFacts, keys: Keys, look: Look) -> list[Line]:
    """Addresses, keys and names that hold for every client."""
    word = look.words
    return [
        _fact(word("use.key"), masked_key(keys.client), word("use.key_does")),
        _fact(word("use.openai"), f"{server.url}/v1"),
        _fact(word("use.others"), server.url),
        *([_fact(word("use.elsewhere"), server.url_elsewhere)] if server.url_elsewhere not in ("", server.url) else []),
        _fact(word("use.panel_key"), masked_key(keys.panel), word("use.panel_key_does")),
        *_aliases(server, look),
        ((word("use.models_are"), "dim"),),
    ]


def _wrapped(line: Line, width: int) -> list[Line]:
    """A fact that is too long for one line stands below its name."""
    if width_of(line) <= width or len(line) < 2:
        return [((piece, line[0][1]),) for piece in wrap(line[0][0], width)] if line and len(line) == 1 else [line]
    return [line[:1], *(((piece, tone),) for text, tone in line[1:] if text for piece in wrap(text, width))]


def _fact(name: str, value: str, does: str = "") -> Line:
    return ((f"{name}  ", "dim"), (plain(value), "bold"), (f"  {does}" if does else "", "dim"))


def _aliases(server: ServerFacts, look: Look) -> list[Line]:
    """The names that clients may use for models; none are worth a hint."""
    if not server.aliases:
        return [((look.words("use.no_aliases", model=plain(server.models.best) or UNKNOWN_MODEL), "dim"),)]
    shown = [_fact(look.words("use.alias"), alias.replace("=", " = ")) for alias in server.aliases[:MOST_ALIASES]]
    if (more := len(server.aliases) - MOST_ALIASES) > 0:
        shown.append(((look.words("use.more_aliases", n=more), "dim"),))
    return shown
