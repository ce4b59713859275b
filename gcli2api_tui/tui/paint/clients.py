"""Clients: how one is pointed at this server, who called of late and what is off about it.

In: the snapshot's facts, the keys and a recipe; rows of callers, newest first. Out: lines of an exact width, and the
same as text to copy. What a client is given is not translated: it is typed as it stands. Moments are told by the clock,
not by their age: a line that reads the same is not painted again. Names come from people, so each passes `plain`. Pure.
"""

import time
from collections.abc import Sequence

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.ledger.snapshot import FORGIVEN, CallerRow, ServerFacts
from gcli2api_tui.recipes.masked_difference import masked_key
from gcli2api_tui.recipes.recipe import UNKNOWN_MODEL, Recipe, Target
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, plain, spread, width_of, wrap
from gcli2api_tui.tui.paint.look import Look

MOST_ALIASES, MOST_CALLERS = 3, 8
NAME_WIDTH = 16
SHOWN_S = 15 * 60.0
"""Who has not called for so long is not shown, unless something is off."""


def client_line(recipe: Recipe, called: CallerRow | None, width: int, look: Look) -> Line:
    """A client in the list, with a sign of how its calls fare; `w` where its file can be written."""
    glyph, tone = mark(called, look) if called else (" ", "plain")
    sign: Line = ((f"{glyph} ", tone),)
    name = fit(recipe.name, min(NAME_WIDTH, max(1, width - 2)))
    way: Line = (("w  ", "key"),) if recipe.files else (("   ", "plain"),)
    return fit_line((*sign, (name, "plain"), *way, (recipe.speaks, "dim")), width)


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
        shown += caller_lines(called, width, MOST_CALLERS, look)
    for typed in snippet(server, recipe, masked_key(keys.client)).split("\n"):
        tone = "dim" if typed.startswith(("#", "//")) else "plain"
        shown += [((piece, tone),) for piece in wrap(typed, width)]  # type: ignore[misc]
    after: list[Line] = [()]
    if recipe.note:
        after += [((word(recipe.note), "warn"),), ()]
    after += facts(server, keys, look)
    return [fit_line(line, width) for line in (*shown, *(part for line in after for part in _wrapped(line, width)))]


def snippet(server: ServerFacts, recipe: Recipe, key: str) -> str:
    """What to set in a client, ready to be pasted where `key` is whole."""
    return target(server, key).filled(recipe.typed)


def target(server: ServerFacts, key: str) -> Target:
    models = server.models
    named = (plain(models.best), plain(models.fast), plain(models.cheap))
    return Target(plain(server.url), plain(key), *(name or UNKNOWN_MODEL for name in named))


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


def _wrapped(line: Line, width: int) -> list[Line]:
    """A fact that is too long for one line stands below its name."""
    if width_of(line) <= width or len(line) < 2:
        return [((piece, line[0][1]),) for piece in wrap(line[0][0], width)] if line and len(line) == 1 else [line]
    return [line[:1], *(((piece, tone),) for text, tone in line[1:] if text for piece in wrap(text, width))]


def caller_lines(callers: Sequence[CallerRow], width: int, most: int, look: Look) -> list[Line]:
    """Who called of late, in at most `most` lines; where none called, what is waited for."""
    shown = recent(callers, look.now)
    if not shown:
        return [fit_line(((look.words("callers.none"), "dim"),), width)][:most]
    found: list[Line] = []
    for number, row in enumerate(shown):
        painted = _row(row, width, look)
        if len(found) + len(painted) > most - (number < len(shown) - 1) and found:
            more = look.words("callers.more", n=len(shown) - number)
            return [*found, fit_line(((more, "dim"),), width)][:most]
        found += painted
    return found[:most]


def recent(callers: Sequence[CallerRow], now: float) -> list[CallerRow]:
    """Those of somebody else that called of late or have a snag: trouble first, the newest first."""
    shown = [row for row in callers if row.foreign and (row.snag or now - row.last_at < SHOWN_S)]
    return sorted(shown, key=lambda row: not row.snag)


def _row(row: CallerRow, width: int, look: Look) -> list[Line]:
    glyph, tone = mark(row, look)
    name = plain(row.program) or look.words("callers.unknown")
    begin: Line = ((f"{glyph} ", tone), (name, "bold"), ("  ", "plain"))
    at = time.strftime("%H:%M", time.localtime(row.last_at))
    if not row.snag:
        told = look.words("callers.called", n=row.answered)
        return [spread((*begin, (told, "ok")), ((f" {at}", "dim"),), width)]
    said = look.said(row.snag)
    end: Line = ((f"  {look.words('callers.map')}", "key"),) if row.unknown_model else ()
    whole: Line = (*begin, (said, "plain"), *end)
    if width_of(whole) <= width:
        return [fit_line(whole, width)]
    below: list[Line] = [(("  ", "plain"), (piece, "plain")) for piece in wrap(said, max(1, width - 2))]
    if end:
        below[-1] = (*below[-1], *end) if width_of(below[-1]) + width_of(end) <= width else below[-1]
        below += [] if below[-1][-1] == end[0] else [(("", "plain"), *end)]
    return [fit_line(line, width) for line in (begin, *below)]


def mark(row: CallerRow, look: Look) -> tuple[str, Tone]:
    if not row.snag:
        return look.glyphs.ready, "ok"
    if row.snag.key == FORGIVEN or row.answered:
        return look.glyphs.nearly_out, "warn"
    return look.glyphs.broken, "bad"
