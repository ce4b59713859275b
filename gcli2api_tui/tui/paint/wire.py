"""What went over the wire: headers, a request laid out, the timeline, the scrubber.

In: a row, its Wire, or the text of a request, which can be long and is laid out in a thread. Out: lines; of a request
text that is wrapped already. Times are spans since the request came in; gaps are marked. Pure.
"""

import re
from collections.abc import Iterator

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, TranscriptKind
from gcli2api_tui.ledger.wire_rows import Arrival, Wire
from gcli2api_tui.tui.paint.cells import Line, Tone, clean, fit_line, plain, spread, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.request_as_code import as_json
from gcli2api_tui.tui.paint.short_text import count, seconds

_LONG_TEXT = re.compile(r'"([^"\\]{200})[^"\\]{2000,}"')
"""A picture, as text: its beginning says what it is."""
_JSON_NAME = re.compile(r'(\s*"(?:[^"\\]|\\.)*":)(.*)')
GAP_S = 1.0
"""So long without a word is worth a line."""
MOST_GAPS = 20
Event = tuple[float, str, Tone]


def laid_out(body: str, width: int, most: int | None) -> list[str]:
    """The body as wrapped lines of JSON; what is a picture is only begun. Runs in a thread."""
    text = _LONG_TEXT.sub(lambda found: f'"{found[1]}… +{count(len(found[0]) - 202)}"', as_json(body))
    shown = clean(text if most is None else text[:most])
    return [piece for line in shown.split("\n") for piece in wrap(line, width)]


def header_lines(wire: Wire, look: Look) -> list[Line]:
    """The request's head, and that of our answer."""
    sent = wire.sent
    lines: list[Line] = [((f"{sent.method} ", "key"), (plain(sent.target), "bold"))]
    lines += [((f"{plain(name)}: ", "dim"), (plain(value), "plain")) for name, value in sent.headers]
    lines.append(())
    if not wire.status:
        return [*lines, ((look.words("wire.no_answer"), "dim"),)]
    lines.append(((str(wire.status), "ok" if wire.status < 400 else "bad"),))
    return [*lines, *(((f"{plain(name)}: ", "dim"), (plain(value), "plain")) for name, value in wire.headers)]


def wrapped(lines: list[Line], width: int) -> list[Line]:
    """Whole where it fits, else the first run and the rest of the text below each other, in their tones."""
    out: list[Line] = []
    for line in lines:
        pieces = wrap("".join(text for text, _ in line), width)
        if len(pieces) == 1:
            out.append(line)
            continue
        tone = line[-1][1] if line else "plain"
        out += [((piece, tone),) for piece in pieces]
    return out


def coloured(line: str) -> Line:
    found = _JSON_NAME.fullmatch(line)
    return ((found[1], "accent"), (found[2], "plain")) if found else ((line, "plain"),)


def timeline_lines(row: ExchangeRow, wire: Wire, look: Look) -> list[Line]:
    events = sorted([*_of_attempts(row, look), *_of_text(row, wire, look)], key=lambda event: event[0])
    events.insert(0, (row.opened_at, look.words("time.asked"), "plain"))
    if row.ended_at is not None:
        events.append((row.ended_at, _end(row, wire, look), "plain"))
    return [((f"{since(row, at):>8} ", "dim"), (text, tone)) for at, text, tone in events]


def since(row: ExchangeRow, at: float) -> str:
    """`+0.21`; of long ones `+2m05`."""
    span = max(0.0, at - row.opened_at)
    return f"+{span:.2f}" if span < 100 else f"+{seconds(span)}"


def _of_attempts(row: ExchangeRow, look: Look) -> Iterator[Event]:
    for number, hop in enumerate(row.hops, 1):
        yield hop.started_at, look.words("time.attempt", n=number, label=plain(hop.label)), "plain"
        if hop.ended_at is not None and hop.failure:
            yield hop.ended_at, f"{hop.status or ''} {look.said(hop.failure)}".strip(), "bad"


def _of_text(row: ExchangeRow, wire: Wire, look: Look) -> Iterator[Event]:
    kinds: dict[TranscriptKind, str] = {"thought": "time.thought", "answer": "time.answer", "call": "time.call"}
    for kind, at in wire.firsts:
        if kind in kinds:
            yield at, look.words(kinds[kind]), "ok"
    gaps = [(one.at, one.at - before.at) for before, one in zip(wire.arrivals, wire.arrivals[1:], strict=False)]
    longest = sorted((gap for gap in gaps if gap[1] > GAP_S), key=lambda gap: -gap[1])[:MOST_GAPS]
    for at, span in longest:
        yield at, look.words("time.gap", span=seconds(span)), "warn"


def _end(row: ExchangeRow, wire: Wire, look: Look) -> str:
    told = look.words("time.end", status=row.status or "-", chunks=look.words("time.chunks", n=wire.chunks))
    return f"{told}  {plain(row.finish)}" if row.finish else told


def scrubber(wire: Wire, chosen: int, width: int, look: Look) -> Line:
    """How far the text has been read back: to scale by what had come, `chosen` from 0."""
    if not wire.arrivals:
        return fit_line(((look.words("time.none"), "dim"),), width)
    done = max(1, round((chosen + 1) / len(wire.arrivals) * width))
    shades = look.glyphs.shades
    return fit_line(((shades[2] * done, "accent"), (shades[0] * (width - done), "dim")), width)


def scrub_caption(row: ExchangeRow, wire: Wire, chosen: int, width: int, look: Look) -> Line:
    """`chunk 388 of 412  +3.40  14 characters, answer`; how it is moved at the right."""
    if not wire.arrivals:
        return fit_line((), width)
    one: Arrival = wire.arrivals[chosen]
    number = wire.chunks if chosen == len(wire.arrivals) - 1 else _number(wire, chosen)
    place = look.words("time.chunk", n=number, total=wire.chunks)
    text = f"{place}  {since(row, one.at)}  {look.words(f'time.kind_{one.kind}')} {count(one.size)}"
    return spread(((text, "plain"),), ((look.words("time.steps"), "dim"),) if width >= 60 else (), width)


def _number(wire: Wire, chosen: int) -> int:
    """Of thinned arrivals the number is an estimate by their place."""
    return max(1, round((chosen + 1) * wire.chunks / len(wire.arrivals)))
