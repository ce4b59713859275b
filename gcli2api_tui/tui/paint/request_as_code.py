"""A request as code that runs again as it stands: curl, Python with the dialect's own SDK, JSON.

In: what was sent, and where to. Out: text. The key is in the environment variable GCLI2API_KEY; it stands in the text
itself only where `key` is given. Pure.
"""

import json
import pprint
import shlex
from collections.abc import Callable, Mapping

from gcli2api_tui.events.secret import MASK
from gcli2api_tui.ledger.wire_rows import Sent

VARIABLE = "GCLI2API_KEY"
ON_A_LINE = 64 * 1024
"""Characters of a body that a shell takes as an argument, with much to spare; larger ones come as a here-document."""
KEPT_HEADERS = ("anthropic-version", "anthropic-beta", "openai-beta", "content-type")
"""Those of a client's headers that change what a request means."""
Lines = Callable[[Mapping[str, object], str, str], str]


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
