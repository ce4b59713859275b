"""A credential as the page shows it: how it stands in words, why and for how long, its quota as bars, what can be done.

In: a row of the snapshot, the reader's words, the time. Out: a frozen Card of plain texts; what comes from outside in
them is escaped by the template. Pure. The vocabulary is the panel's.
"""

from typing import Literal

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelUse
from gcli2api_tui.messages.message import span
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.web.words import PageWords

Tone = Literal["ok", "warn", "bad", "off", "plain"]
GLYPHS = {"ok": "●", "warn": "◐", "bad": "✖", "off": "○", "plain": "●"}
KEYS = ("api-key", "vertex-express")
NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Bar:
    """One model's day: `share` of it is gone, 0..1."""

    name: str
    label: str
    share: float
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    label: str
    kind: str
    tone: Tone
    glyph: str
    state: str
    why: tuple[str, ...]
    """Sentences: what is wrong and the way out, which model rests until when."""
    bars: tuple[Bar, ...]
    counted: str
    facts: tuple[tuple[str, str], ...]
    enabled: bool
    rests: bool


def card_of(row: CredentialRow, words: PageWords, now: float) -> Card:
    tone = _tone(row)
    return Card(
        row.id, row.label, words(f"page.kind.{row.kind}"), tone, GLYPHS[tone],
        _state(row, words), _why(row, words, now),
        tuple(_bar(use, words, now) for use in row.quotas if use.gone is not None), _counted(row, words),
        _facts(row, words, now), row.state is not CredentialState.DISABLED, bool(row.cooldowns),
    )  # fmt: skip


def rank(row: CredentialRow) -> tuple[int, str]:
    """Trouble first, those switched off last."""
    return {"bad": 0, "warn": 1, "ok": 2, "plain": 2, "off": 3}[_tone(row)], row.label


def _tone(row: CredentialRow) -> Tone:
    if row.state is CredentialState.DISABLED:
        return "off"
    if row.state.waits_for_person or row.state is CredentialState.MODEL_NOT_ENTITLED:
        return "bad"
    if row.cooldowns or row.state in (CredentialState.COOLING, CredentialState.NEARLY_OUT):
        return "warn"
    return "plain" if _untried(row) else "ok"


def _untried(row: CredentialRow) -> bool:
    return row.last_ok_at is None and not row.used_today and not row.in_flight


def _state(row: CredentialRow, words: PageWords) -> str:
    if row.state is CredentialState.NEEDS_LOGIN and row.kind in KEYS:
        return words("page.state.key refused")
    if row.state is CredentialState.READY and row.cooldowns:
        return words("page.state.partly")
    if row.state is CredentialState.READY and _untried(row):
        return words("page.state.untried")
    return words(f"page.state.{row.state.value}")


def _why(row: CredentialRow, words: PageWords, now: float) -> tuple[str, ...]:
    told = [words.said(row.why)] if row.why and not row.cooldowns else []
    for cooldown in row.cooldowns:
        model = cooldown.model or words("page.card.all_models")
        left = cooldown.until - now
        until = (
            words("page.card.rests", model=model, span=words.said(span(left)))
            if left < 3e7
            else words("page.card.rests_till_you", model=model)
        )
        told.append(f"{until}{words('page.colon')}{words.said(cooldown.why)}")
    if row.last_error and row.last_error not in row.why:
        told.append(words("page.card.last_error", said=words.said(row.last_error)))
    return tuple(told)


def _bar(use: ModelUse, words: PageWords, now: float) -> Bar:
    share = min(1.0, max(0.0, use.gone or 0.0))
    if use.limit is not None:
        text = words("page.card.used", n=use.used, limit=use.limit)
    else:
        text = words("page.card.google_left", percent=round(100 * (1 - share)))
    if use.resets_at is not None and use.resets_at > now:
        text += words("page.card.resets", span=words.said(span(use.resets_at - now)))
    tone: Tone = "bad" if share >= 1 else "warn" if share >= NEARLY else "ok"
    name = use.model or words("page.card.all_models")
    return Bar(name, words("page.card.quota_of", model=name), round(share, 3), text, tone)


def _counted(row: CredentialRow, words: PageWords) -> str:
    """Where no limit is known there is a count and no bar."""
    today = words("page.card.today", n=row.used_today)
    return f"{today}{words('page.comma')}{words('page.card.in_use', n=row.in_flight)}" if row.in_flight else today


def _facts(row: CredentialRow, words: PageWords, now: float) -> tuple[tuple[str, str], ...]:
    ago = (
        "" if row.last_ok_at is None else words("page.card.ago", span=words.said(span(max(1.0, now - row.last_ok_at))))
    )
    facts = (
        (words("page.fact.project"), row.project),
        (words("page.fact.source"), row.source),
        (words("page.fact.file"), row.file),
        (words("page.fact.proxy"), row.proxy),
        (words("page.fact.turn"), f"#{row.next_in_rotation}" if row.next_in_rotation else ""),
        (words("page.fact.last_ok"), ago),
        (words("page.fact.shares"), row.shares),
    )
    return tuple((name, value) for name, value in facts if value)
