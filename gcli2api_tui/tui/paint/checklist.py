"""The checklist of a first run: four steps that tick themselves, from nothing to the first call of a tool.

In: how far things are, a size. Out: lines of exact width; on a screen with the keyboard open what explains goes first,
the steps stay. Pure.
"""

from typing import Literal

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, duration_s
from gcli2api_tui.ledger.snapshot import OURSELVES, Snapshot
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit_line, plain, width_of, wrap
from gcli2api_tui.tui.paint.credential_row import needs_person
from gcli2api_tui.tui.paint.exchange import error_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import seconds

Mark = Literal["done", "now", "later"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the snapshot does not know."""

    key: str
    """The client key, masked."""
    found: int = 0
    """Credential files on this device that could be imported."""
    skipped: bool = False
    """The person wants no test call."""
    asking: bool = False
    tail: tuple[str, ...] = ()
    """The end of the first answer."""
    has_demo: bool = True
    """There is one to go to from here."""


def settled(snapshot: Snapshot) -> bool:
    """A tool of the person's has been answered: the checklist has done its work. The demo needs none."""
    remembered = any(_answered(row) and not is_own(row) for row in snapshot.exchanges)
    return snapshot.server.demo or snapshot.foreign_client_called or remembered


def is_own(row: ExchangeRow) -> bool:
    return row.client.startswith(OURSELVES)


def _answered(row: ExchangeRow) -> bool:
    return row.first_byte_at is not None or row.state is ExchangeState.DONE


def served(snapshot: Snapshot) -> bool:
    return any(row.serves for row in snapshot.credentials)


def first_answer(snapshot: Snapshot) -> ExchangeRow | None:
    """The newest test call of ours."""
    return next((row for row in reversed(snapshot.exchanges) if is_own(row)), None)


def answered(snapshot: Snapshot) -> bool:
    return any(row.state is ExchangeState.DONE for row in snapshot.exchanges)


def checklist(snapshot: Snapshot, facts: Facts, width: int, height: int, look: Look) -> list[Line]:
    word = look.words
    steps = [*_key(facts, width, look), *_credential(snapshot, facts, width, look)]
    steps += [*_answer(snapshot, facts, width, look), *_tool(snapshot, width, look)]
    about = _wrapped(word("first.about"), width)
    demo = [(), *_wrapped(word("first.demo"), width)] if facts.has_demo else []
    listening: Line = ((f" {word('first.listening', address=plain(snapshot.server.url.split('://')[-1]))}", "ok"),)
    lines: list[Line] = steps
    for wanted in ([(), listening], [*about, ()], demo):
        if len(lines) + len(wanted) <= height:
            lines = [*wanted, *lines] if wanted[:1] == about[:1] else [*lines, *wanted]
    return [fit_line(line, width) for line in lines[:height]]


def _wrapped(text: str, width: int) -> list[Line]:
    return [((f" {line}", "plain"),) for line in wrap(text, max(10, min(width - 2, 76)))]


def _step(number: int, mark: Mark, key: str, said: str, width: int, look: Look, hint: str = "") -> Line:
    """`✓ 1 key for your tools   sk-7f3k…   y copy`."""
    glyphs = look.glyphs
    signs: dict[Mark, Run] = {
        "done": (f"{glyphs.tick} ", "ok"), "now": (f"{glyphs.here} ", "accent"), "later": (f"{glyphs.dot} ", "dim")
    }  # fmt: skip
    title = look.words(key)
    wide = max(width_of(((look.words(f"first.{name}"), "plain"),)) for name in ("key", "credential", "answer", "tool"))
    gap = " " * (wide + 2 - width_of(((title, "plain"),)))
    tail: Line = ((f"  {hint}", "key"),) if hint else ()
    tone: Tone = "dim" if mark == "later" else "plain"
    return (
        signs[mark],
        (f"{number} ", "dim"),
        (title, "bold" if mark == "now" else "plain"),
        (f"{gap}{said}", tone),
        *tail,
    )


def _key(facts: Facts, width: int, look: Look) -> list[Line]:
    return [_step(1, "done", "first.key", facts.key, width, look, look.words("first.copy"))]


def _credential(snapshot: Snapshot, facts: Facts, width: int, look: Look) -> list[Line]:
    word, rows = look.words, snapshot.credentials
    if served(snapshot):
        ready = sum(row.serves for row in rows)
        said = plain(rows[0].label) if len(rows) == 1 else word("status.ready", ready=ready, total=len(rows))
        return [_step(2, "done", "first.credential", said, width, look)]
    broken = next((row for row in rows if needs_person(row)), None)
    lines = [_step(2, "now", "first.credential", word("first.none") if not rows else "", width, look)]
    if broken is not None:
        why = look.said(broken.why) or word(f"state.{broken.state.value}")
        lines += [((f"    {line}", "bad"),) for line in wrap(f"{plain(broken.label)}: {why}", max(10, width - 5))[:3]]
    lines += [(("     a  ", "key"), (word("first.add"), "plain"), (f"  {word('first.recommended')}", "dim"))]
    if facts.found:
        lines.append((("     i  ", "key"), (word("first.import", n=facts.found), "plain")))
    return [*lines, (("     s  ", "key"), (word("first.sign_in"), "plain"))]


def _answer(snapshot: Snapshot, facts: Facts, width: int, look: Look) -> list[Line]:
    """By itself after the second step; it streams into the screen."""
    word, row = look.words, first_answer(snapshot)
    if answered(snapshot):
        took = seconds(duration_s(row, look.now)) if row is not None else ""
        lines = [_step(3, "done", "first.answer", took, width, look)]
        return [*lines, *_tail(facts, width, look, streams=False)]
    if not served(snapshot):
        return [_step(3, "later", "first.answer", word("first.by_itself"), width, look)]
    if row is not None and row.live:
        lines = [_step(3, "now", "first.answer", word("first.running"), width, look)]
        return [*lines, *_tail(facts, width, look, streams=True)]
    if row is not None and row.state is ExchangeState.FAILED:
        lines = [_step(3, "now", "first.answer", word("first.failed"), width, look, word("first.again"))]
        return [*lines, *(((f"    {line}", "bad"),) for line in wrap(error_of(row, look), max(10, width - 5))[:3])]
    if facts.skipped:
        return [_step(3, "later", "first.answer", word("first.skipped"), width, look, word("first.again"))]
    soon = _step(3, "now", "first.answer", word("first.running" if facts.asking else "first.soon"), width, look)
    return [soon, ((f"    {word('first.uses')}", "dim"),)]


def _tail(facts: Facts, width: int, look: Look, *, streams: bool) -> list[Line]:
    lines: list[Line] = [((f"    {text}", "plain"),) for text in facts.tail]
    if streams:
        last: Line = lines.pop() if lines else (("    ", "plain"),)
        lines.append((*fit_line(last, min(width - 1, width_of(last))), (look.glyphs.cursor, "accent")))
    return lines


def _tool(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    word = look.words
    calls = any(not is_own(row) for row in snapshot.exchanges) or any(one.foreign for one in snapshot.callers)
    mark: Mark = "now" if answered(snapshot) else "later"
    waits = "first.waits" if mark == "now" else "first.waiting"  # the hint beside it needs the room
    said = word("first.called_badly" if calls else waits)
    step = _step(4, mark, "first.tool", said, width, look, word("first.how") if mark == "now" else "")
    snag = next((one.snag for one in snapshot.callers if one.foreign and one.snag), None)
    lines = wrap(look.said(snag), max(10, width - 5))[:3] if snag else []
    return [step, *(((f"    {line}", "warn"),) for line in lines)]
