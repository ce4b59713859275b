"""What went over the wire: headers, a request laid out, the timeline, the scrubber; and the request as code that runs.

In: a row, its Wire, or the text of a request, which can be long and is laid out in a thread. Out: lines; of a request
text that is wrapped already. Times are spans since the request came in; gaps are marked. As curl, Python or JSON a
request runs again as it stands, with the key in the environment variable GCLI2API_KEY; it stands in the text itself
only where `key` is given. Pure.
"""

import json
import pprint
import re
import shlex
from collections.abc import Callable, Iterator, Mapping

from gcli2api_tui.events.secret import MASK
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, TranscriptKind
from gcli2api_tui.ledger.wire_rows import Arrival, Sent, Wire
from gcli2api_tui.tui.paint.cells import Line, Tone, clean, fit_line, plain, spread, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import count, seconds

_LONG_TEXT = re.compile(r'"([^"\\]{200})[^"\\]{2000,}"')
"""A picture, as text: its beginning says what it is."""
_JSON_NAME = re.compile(r'(\s*"(?:[^"\\]|\\.)*":)(.*)')
GAP_S = 1.0
"""So long without a word is worth a line."""
MOST_GAPS = 20
VARIABLE = "GCLI2API_KEY"
ON_A_LINE = 64 * 1024
"""Characters of a body that a shell takes as an argument, with much to spare; larger ones come as a here-document."""
KEPT_HEADERS = ("anthropic-version", "anthropic-beta", "openai-beta", "content-type")
"""Those of a client's headers that change what a request means."""
Event = tuple[float, str, Tone]
Lines = Callable[[Mapping[str, object], str, str], str]


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


def as_curl(sent: Sent, url: str, *, key: str = "") -> str:
    """One command for a POSIX shell. The address is quoted, so that a `?` in it stays what it is."""
    authorization = f"Authorization: Bearer {key or f'${VARIABLE}'}"
    asked = f'-H "{authorization}"' if not key else f"-H {shlex.quote(authorization)}"
    parts = [f"curl -sN {shlex.quote(url + _without_key(sent.target))}", asked]
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _headers(sent)]
    if sent.method not in ("POST", "GET"):
        parts.append(f"-X {sent.method}")
    if not sent.body:
        return " \\\n  ".join(parts)
    if len(sent.body) <= ON_A_LINE:
        return " \\\n  ".join([*parts, f"--data-binary {shlex.quote(sent.body)}"])
    mark = _mark(sent.body)
    return " \\\n  ".join([*parts, f"--data-binary @- <<'{mark}'"]) + f"\n{sent.body}\n{mark}"


def _headers(sent: Sent) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in sent.headers if name.casefold() in KEPT_HEADERS]
    return kept or [("Content-Type", "application/json")]


def _mark(body: str) -> str:
    """The end of a here-document: no line of the body."""
    mark = "JSON"
    while f"\n{mark}\n" in f"\n{body}\n":
        mark += "_"
    return mark


def _without_key(target: str) -> str:
    """The masked key goes: the header has the real one."""
    path, _, query = target.partition("?")
    parts = [part for part in query.split("&") if part and MASK not in part]
    return f"{path}?{'&'.join(parts)}" if parts else path


def as_json(body: str) -> str:
    """As a person reads it; as it came where it is no JSON."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def as_python(sent: Sent, dialect: str, url: str, *, key: str = "") -> str:
    """By the dialect's own SDK where it has one; with nothing but the standard library otherwise."""
    body = json.loads(sent.body) if sent.body else {}
    if not isinstance(body, dict) or dialect not in _SDKS:
        return _by_standard_library(sent, url, key)
    return _SDKS[dialect](body, url, _key(key))


def _key(key: str) -> str:
    return repr(key) if key else f'os.environ["{VARIABLE}"]'


def _by_openai(method: str, named: tuple[str, ...], shown: str) -> Lines:
    """What the SDK has no name for goes through as it is."""

    def lines(body: Mapping[str, object], url: str, key: str) -> str:
        known = [name for name in (*named, "stream") if name in body]
        rest = {name: value for name, value in body.items() if name not in known}
        arguments = [f"    {name}={_literal(body[name])}," for name in known]
        arguments += [f"    extra_body={_literal(rest)},"] if rest else []
        end = f"for part in answer:\n    {_STREAMED[shown]}" if body.get("stream") else f"print({shown})"
        head = f'import os\n\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="{url}/v1", api_key={key})'
        return "\n".join([head, f"answer = client.{method}(", *arguments, ")", end, ""])

    return lines


_CHAT, _TEXT, _RESPONSE = "answer.choices[0].message.content", "answer.choices[0].text", "answer.output_text"
_STREAMED = {
    _CHAT: 'if part.choices:\n        print(part.choices[0].delta.content or "", end="", flush=True)',
    _TEXT: 'if part.choices:\n        print(part.choices[0].text or "", end="", flush=True)',
    _RESPONSE: 'print(getattr(part, "delta", ""), end="", flush=True)',
}


def _by_anthropic(body: Mapping[str, object], url: str, key: str) -> str:
    known = [name for name in ("model", "max_tokens", "messages", "stream") if name in body]
    rest = {name: value for name, value in body.items() if name not in known}
    arguments = [f"    {name}={_literal(body[name])}," for name in known]
    arguments += [f"    extra_body={_literal(rest)},"] if rest else []
    head = f'import os\n\nfrom anthropic import Anthropic\n\nclient = Anthropic(base_url="{url}", api_key={key})'
    end = "for part in answer:\n    print(part)" if body.get("stream") else "print(answer.content)"
    return "\n".join([head, "answer = client.messages.create(", *arguments, ")", end, ""])


_SDKS: Mapping[str, Lines] = {
    "openai-chat": _by_openai("chat.completions.create", ("model", "messages"), _CHAT),
    "openai-completions": _by_openai("completions.create", ("model", "prompt"), _TEXT),
    "openai-responses": _by_openai("responses.create", ("model", "input"), _RESPONSE),
    "anthropic-messages": _by_anthropic,
}


def _by_standard_library(sent: Sent, url: str, key: str) -> str:
    return f"""import json
import os
import urllib.request

body = {_literal(json.loads(sent.body)) if sent.body else None}
request = urllib.request.Request(
    {url + _without_key(sent.target)!r},
    data=json.dumps(body).encode(),
    headers={{"Authorization": "Bearer " + {_key(key)}, "Content-Type": "application/json"}},
    method={sent.method!r},
)
with urllib.request.urlopen(request) as answer:
    for line in answer:
        print(line.decode(), end="")
"""


def _literal(value: object) -> str:
    """Over several lines where it is long."""
    return pprint.pformat(value, width=100, sort_dicts=False).replace("\n", "\n    ")
