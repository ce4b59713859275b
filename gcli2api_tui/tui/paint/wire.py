"""Texts of the wire as lines: headers, a request laid out, long lines wrapped. Pure.

In: a Wire, or the text of a request. Out: lines, and of a request text that is wrapped already: it can be long, and is
laid out in a thread.
"""

import re

from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.tui.copied_as import as_json
from gcli2api_tui.tui.paint.cells import Line, clean, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import count
from gcli2api_tui.tui.paint.wrap import wrap

_LONG_TEXT = re.compile(r'"([^"\\]{200})[^"\\]{2000,}"')
"""A picture, as text: its beginning says what it is."""
_JSON_NAME = re.compile(r'(\s*"(?:[^"\\]|\\.)*":)(.*)')


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
