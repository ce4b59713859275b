"""One credential as one or two lines of exact width, and the pieces that they are made of.

A row speaks of the tightest model it was asked for today, or of what is wrong, and ends in the key that helps. A bar is
drawn only where a limit is known; limits that cannot be spent on one another are never added. Pure.
"""

import math
from typing import Literal

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelUse
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, plain, spread, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import bar, clock, names_of, until

NEARLY = 0.9
"""Share of a model's day from which a person should know."""
BAR = 10
KEYS = ("api-key", "vertex-express")
OTHER_MODELS_FROM = 56
"""Columns beside its name and its end from which what is used of its other models has a place, too."""
Help = Literal["", "sign_in", "new_key", "why", "try_anyway", "enable"]
"""What a key on the row would do about it."""


def one_line(row: CredentialRow, width: int, look: Look) -> Line:
    glyph, tone = glyph_of(row, look)
    start: Line = ((f"{glyph} ", tone), (fit(_name(row, label_width(width)), label_width(width)) + "  ", "plain"))
    end = _end(row, look, wide=width >= 70)
    body = _body(row, width - width_of(start) - width_of(end), look)
    return spread((*start, *body), end, width)


def label_width(width: int) -> int:
    return max(4, min(32, width // 5))


def _name(row: CredentialRow, width: int) -> str:
    """Without the mail's host where the whole does not fit."""
    name = plain(row.label)
    return name if width_of(((name, "plain"),)) <= width else short_label(row)


def _body(row: CredentialRow, room: int, look: Look) -> Line:
    """What is wrong, until when; else how much of the tightest model is used, and of others where there is room."""
    if needs_person(row) or not row.serves:
        return _wrong(row, room, look)
    if row.cooldowns:
        return ((stands(row, look), "warn"),)
    body = quota_line(row, look)
    busy = f"  {look.words('cred.in_use', n=row.in_flight)}" if row.in_flight else ""
    if busy and width_of(body) + len(busy) <= room:
        body = (*body, (busy, "ok"))
    for use in row.quotas[1:] if tightest(row) else row.quotas:
        name, used = figure(use, row, look)
        more = f"  {name} {used}"
        if room < OTHER_MODELS_FROM or width_of(body) + len(more) > room:
            break
        body = (*body, (more, "dim"))
    return body


def _wrong(row: CredentialRow, room: int, look: Look) -> Line:
    _, tone = glyph_of(row, look)
    said = stands(row, look)
    why = look.said(row.why)
    return ((said, tone), (f"  {why}" if why and room - len(said) > 12 else "", "dim"))


def _end(row: CredentialRow, look: Look, *, wide: bool) -> Line:
    """The key that helps; else when the day of its tightest model begins again."""
    if said := helps(row, look):
        return ((f"  {said}", "key"),)
    ends = resets_at(row)
    if ends is None or not row.serves:
        return ()
    use = tightest(row)
    span = until(ends, look)
    if wide and use is not None and use.gone is not None and use.gone >= NEARLY:
        return ((f"  {look.words('cred.resets_at', at=clock(ends), span=span)}", "dim"),)
    return ((f"  {span:>7}", "dim"),)


def resets_at(row: CredentialRow) -> float | None:
    use = tightest(row)
    return use.resets_at if use is not None else row.resets_at


def two_lines(row: CredentialRow, width: int, look: Look) -> tuple[Line, Line]:
    """For a phone: who and how it stands; below it the quota, or why and the key that helps."""
    glyph, tone = glyph_of(row, look)
    first: Line = ((f"{glyph} ", tone), (plain(row.label), "bold"))
    pad: Line = (("  ", "plain"),)
    end = _end(row, look, wide=False)
    if needs_person(row) or not (row.serves or row.cooldowns):
        said: Line = ((f"  {stands(row, look)}", tone),)
        why = look.said(row.why)
        return spread(first, said, width), spread((*pad, (why, "dim")), end, width)
    if row.cooldowns:
        use = tightest(row)
        used = " ".join(figure(use, row, look)) if use is not None else ""
        below: Line = (*pad, (stands(row, look), "warn"))
        if width_of(below) + width_of(end) > width:
            end = ()
        return spread(first, ((f"  {used}", "dim"),), width), spread(below, end, width)
    busy = look.words("cred.in_use", n=row.in_flight) if row.in_flight else ""
    quota = (*pad, *quota_line(row, look, name=5))
    return spread(first, ((f"  {busy}", "ok"),), width), spread(quota, end, width)


def glyph_of(row: CredentialRow, look: Look) -> Run:
    """Never by colour alone: the glyph differs as well."""
    glyphs = look.glyphs
    if untried(row):
        return glyphs.ready, "plain"
    if row.state is CredentialState.DISABLED:
        return glyphs.off, "dim"
    if needs_person(row) or row.state is CredentialState.MODEL_NOT_ENTITLED:
        return glyphs.broken, "bad"
    if trouble(row):
        return glyphs.cooling, "warn"
    return (glyphs.nearly_out, "warn") if nearly_out(row) else (glyphs.ready, "ok")


def stands(row: CredentialRow, look: Look) -> str:
    """In a few words: `sign-in ended`, `pro empty till 18:40, flash ok`, `not tried yet`."""
    word = look.words
    if row.state is CredentialState.NEEDS_LOGIN and row.kind in KEYS:
        return word("state.key refused")
    if row.state is CredentialState.DISABLED or needs_person(row) or row.state is CredentialState.MODEL_NOT_ENTITLED:
        return word(f"state.{row.state.value}")
    if row.cooldowns:
        return rests(row, look)
    if row.state is CredentialState.COOLING:
        return word("state.cooling")
    if untried(row):
        return word("state.untried")
    return word("cred.in_use", n=row.in_flight) if row.in_flight else word("state.ready")


def rests(row: CredentialRow, look: Look) -> str:
    """Which models rest until when, and which of those it is asked for do not."""
    word = look.words
    whole = next((cooldown for cooldown in row.cooldowns if not cooldown.model), None)
    if whole is not None:
        return word("cred.rests_all", till=till(whole.until, look))
    resting = tuple(dict.fromkeys(cooldown.model for cooldown in row.cooldowns))
    names = names_of((*resting, *(use.model for use in row.quotas if use.model)))
    empty = word("list.and").join(names[model] for model in resting[:2])
    more = f" +{len(resting) - 2}" if len(resting) > 2 else ""
    first = min(cooldown.until for cooldown in row.cooldowns)
    said = word("cred.rests", models=empty + more, till=till(first, look))
    fine = [names[use.model] for use in row.quotas if use.model and use.model not in resting][:2]
    return said + (word("cred.others_ok", models=word("list.and").join(fine)) if fine and row.serves else "")


def till(moment: float, look: Look) -> str:
    """`till 16:54`, in the last minute `for 12s`; no end in sight is told in words."""
    span = moment - look.now
    if not until(moment, look):
        return look.words("cred.until_you_act")
    return look.words("cred.till", at=clock(moment)) if span >= 60 else look.words("cred.for", span=_whole(span))


def _whole(span: float) -> str:
    return f"{max(0, math.ceil(span))}s"


def helps(row: CredentialRow, look: Look, *, enter: bool = True) -> str:
    """`enter: sign in`, the key that helps; `enter` false leaves out those that only tell more."""
    wanted = help_for(row)
    return look.words(f"help.{wanted}") if wanted and (enter or wanted != "why") else ""


def help_for(row: CredentialRow) -> Help:
    if row.state is CredentialState.NEEDS_LOGIN:
        return "new_key" if row.kind in KEYS else "sign_in"
    if row.state is CredentialState.DISABLED:
        return "enable"
    if needs_person(row) or row.state is CredentialState.MODEL_NOT_ENTITLED:
        return "why"
    return "try_anyway" if row.cooldowns else ""


def quota_line(row: CredentialRow, look: Look, *, name: int = 6, figures: int = 9) -> Line:
    """`pro   622/1500 ▓▓▓▓░░░░░░  lasts`, or `37 today, no known limit`."""
    use = tightest(row)
    if use is None:
        if not row.used_today:
            return ((stands(row, look), "dim"),)
        return ((look.words("cred.no_limit", n=row.used_today), "dim"),)
    model, used = figure(use, row, look)
    shown: Line = ((fit(model, name) + " ", "plain"), (fit(used, figures, right=True) + " ", "plain"), *fill(use, look))
    said, tone = outlook(use, look)
    return (*shown, (f"  {said}" if said else "", tone))


def tightest(row: CredentialRow) -> ModelUse | None:
    first = row.quotas[0] if row.quotas else None
    return first if first is not None and (first.limit is not None or first.google_remaining is not None) else None


def figure(use: ModelUse, row: CredentialRow, look: Look) -> tuple[str, str]:
    """(`pro`, `622/1500`); of one with a share but no limit the share that Google says is left."""
    names = names_of(one.model for one in row.quotas if one.model)
    name = names.get(use.model) or look.words("cred.all_models")
    if use.limit is not None:
        return name, f"{use.used}/{use.limit}"
    if use.gone is None:
        return name, str(use.used)
    return name, f"{round(100 * (1 - (use.gone or 0.0)))}%"


def fill(use: ModelUse, look: Look, width: int = BAR) -> Line:
    share = use.gone or 0.0
    tone: Tone = "bad" if share >= 1 else "warn" if share >= NEARLY else "ok"
    filled, rest = bar(share, width, look.glyphs)
    return ((filled, tone), (rest, "dim"))


def outlook(use: ModelUse, look: Look) -> Run:
    """`6 left`, `lasts`, `out 17:40`; empty where nothing is known."""
    word = look.words
    if use.gone is not None and use.gone >= NEARLY and use.left is not None:
        return word("cred.left", n=use.left), "warn"
    if use.outlook == "out" and use.out_at is not None:
        return word("cred.out_at", at=clock(use.out_at)), "warn"
    return (word("cred.lasts"), "dim") if use.outlook == "lasts" else ("", "dim")


def rank(row: CredentialRow) -> tuple[int, float, str]:
    """Trouble first, then use, those switched off last."""
    if row.state is CredentialState.DISABLED:
        group = 4
    elif needs_person(row):
        group = 0
    elif trouble(row):
        group = 1
    else:
        group = 2 if nearly_out(row) else 3
    busy = min(row.in_flight, 1)
    return group, -busy - (gone_of(row) or row.used_today / 1_000_000), row.label


def trouble(row: CredentialRow) -> bool:
    """Something is wrong, or part of it rests: it stands above the others."""
    return needs_person(row) or bool(row.cooldowns) or row.state is CredentialState.COOLING


def needs_person(row: CredentialRow) -> bool:
    return row.state.waits_for_person and row.state is not CredentialState.DISABLED


def nearly_out(row: CredentialRow) -> bool:
    """Of some model little is left, though it serves."""
    return row.state is CredentialState.NEARLY_OUT or gone_of(row) >= NEARLY


def gone_of(row: CredentialRow) -> float:
    """How much of its tightest model's day is gone; the tightest stands first."""
    return (row.quotas[0].gone or 0.0) if row.quotas else 0.0


def untried(row: CredentialRow) -> bool:
    """Nothing speaks against it, and nothing for it: it was never asked nor checked."""
    return row.state is CredentialState.READY and row.last_ok_at is None and not row.used_today and not row.in_flight


def short_label(row: CredentialRow) -> str:
    """Without the mail's host, which is the same for most."""
    return plain(row.label).partition("@")[0] or plain(row.label)


def matches(row: CredentialRow, text: str, look: Look) -> bool:
    """All the words stand somewhere in its name, kind, project, file, or in how it stands."""
    if not text:
        return True
    said = f"{row.label} {row.kind} {row.project} {row.file} {row.state.value} {stands(row, look)}".casefold()
    return all(word in said for word in text.casefold().split())
