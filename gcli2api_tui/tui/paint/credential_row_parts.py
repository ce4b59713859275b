"""What a credential's row says, piece by piece: who, how it stands, of which model, until when, and which key helps.

In: a CredentialRow and the look. Out: runs and short texts, not yet of a width. A row speaks of the tightest model it
was asked for today; limits that cannot be spent on one another are never added. Pure.
"""

import math
from typing import Literal

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelUse
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.model_names import names_of
from gcli2api_tui.tui.paint.numbers import bar, clock, until

NEARLY = 0.9
"""Share of a model's day from which a person should know."""
BAR = 10
KEYS = ("api-key", "vertex-express")

Help = Literal["", "sign_in", "new_key", "why", "try_anyway", "enable"]
"""What a key on the row would do about it."""


def short_label(row: CredentialRow) -> str:
    """Without the mail's host, which is the same for most."""
    return plain(row.label).partition("@")[0] or plain(row.label)


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


def help_for(row: CredentialRow) -> Help:
    if row.state is CredentialState.NEEDS_LOGIN:
        return "new_key" if row.kind in KEYS else "sign_in"
    if row.state is CredentialState.DISABLED:
        return "enable"
    if needs_person(row) or row.state is CredentialState.MODEL_NOT_ENTITLED:
        return "why"
    return "try_anyway" if row.cooldowns else ""


def matches(row: CredentialRow, text: str, look: Look) -> bool:
    """All the words stand somewhere in its name, kind, project, file, or in how it stands."""
    if not text:
        return True
    said = f"{row.label} {row.kind} {row.project} {row.file} {row.state.value} {stands(row, look)}".casefold()
    return all(word in said for word in text.casefold().split())


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


def untried(row: CredentialRow) -> bool:
    """Nothing speaks against it, and nothing for it: it was never asked nor checked."""
    return row.state is CredentialState.READY and row.last_ok_at is None and not row.used_today and not row.in_flight


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
    whole = next((rest for rest in row.cooldowns if not rest.model), None)
    if whole is not None:
        return word("cred.rests_all", till=till(whole.until, look))
    resting = tuple(dict.fromkeys(rest.model for rest in row.cooldowns))
    names = names_of((*resting, *(use.model for use in row.quotas if use.model)))
    empty = word("list.and").join(names[model] for model in resting[:2])
    more = f" +{len(resting) - 2}" if len(resting) > 2 else ""
    first = min(rest.until for rest in row.cooldowns)
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
