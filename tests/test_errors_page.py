"""docs/errors.md is made from the code and from the table of Google's errors; run as a script it writes the page anew.

A new refusal anywhere in the program, or a new error of Google's in the table, fails here until the page has its line.
"""

import json
import re
from pathlib import Path

from error_sentences import Told, by_speaker
from test_error_table import CASES, Case

PAGE = Path(__file__).parent.parent / "docs" / "errors.md"

HEAD = """# Error messages

Search this page for a few words of what you read; `…` stands for what changes (a model, a file, a time). On the right
is the way out. It was beside the words where you read them, too: in the panel, in the answer to a client, on the
command line. In Chinese the panel says the same sentences; the log and the API have them in English.

Nothing here fits? [Troubleshooting](troubleshooting.md) begins with what you see, and `gcli2api-tui doctor`
looks by itself.

## Status codes

| a client gets | it means |
|---|---|
| 400 | the request is wrong, here or in Google's eyes; the words name the field |
| 401 | no key, a wrong one, or one that is switched off or over: `gcli2api-tui key` prints yours |
| 403 | the key may not do this: another model, the panel key's things, or another web page |
| 404 | no such model (`model_not_found`) or path; near names and the way to write the address stand beside it |
| 408, 413, 431 | the request came too slowly, is too large, or has too many headers |
| 421 | the server was asked for under a name that it does not know: the setting `allowed_hosts` |
| 429 | a limit: the day's quota or the minute's of all credentials, or this client key's; `Retry-After` says how long |
| 501 | not built; the words say what there is in its place |
| 502 | Google, or something on the way to it, answered with nonsense or not at all, several times |
| 503 | no credential can serve this, and waiting would not help: the words say what a person must do |
| 504, 529 | Google was silent too long; the model is overloaded everywhere |

How these look in each protocol, and which headers come with them: [protocols](protocols.md#headers).

## What Google says

The first words of Google's own message, the state that the credential then has ([all states](pool.md#states)), and what
an OpenAI client gets if no other credential can take over. While another can, the client notices nothing.

| Google | the credential | a client | what to do |
|---|---|---|---|
"""


DO = {
    "cooling": "nothing: it waits until Google's reset; `h` on Credentials tries again now",
    "needs login": "a new key, or sign in again (`enter` on Credentials)",
    "needs verification": "open the link beside it, verify, then `i` on Credentials",
    "disabled by Google": "only Google can undo this: the account's owner can appeal, where there is a link",
    "tier not served": "a Gemini API key, or an account with a Code Assist licence ([why](credentials.md))",
    "wrong project": "check the project's id, its APIs and the permissions there; Google's words name the place",
    "model not entitled": "another model, or a credential that is entitled to this one",
    "forbidden": "another credential, or ask who administers the account",
}
ALSO = {
    "the country": "Google does not serve where this server stands, or not this credential there; asked again in 5 min"
}
READY = {4: "change the request: nobody is blamed", 5: "try again: it passes, and nobody is blamed"}


def page() -> str:
    names: dict[str, list[Case]] = {}
    for case in CASES:
        names.setdefault(_first(case), []).append(case)
    google = dict.fromkeys(_google(words, case, len(cases) > 1) for words, cases in names.items() for case in cases)
    ours = (
        f"\n## {heading}\n\n| words | way out |\n|---|---|\n{_table(rows)}" for heading, rows in by_speaker().items()
    )
    return HEAD + "".join(sorted(google, key=str.casefold)) + "".join(ours)


def _google(words: str, case: Case, several: bool) -> str:
    status, *code = case.openai
    answer = f"{status} `{code[0]}`" if code and code[0] else str(status)
    way_out = ALSO.get(case.name) or DO.get(case.state) or (DO["cooling"] if status == 429 else READY[status // 100])
    which = f" *({case.name})*" if several else ""
    return f"| {_cell(words)}{which} | {case.state} | {answer} | {way_out} |\n"


def _first(case: Case) -> str:
    """Of Google's message the first line, and of that what stands before long lists."""
    try:
        parsed = json.loads(case.sent[1])
        parsed = parsed[0] if isinstance(parsed, list) else parsed
        message = str(parsed["error"]["message"] if isinstance(parsed["error"], dict) else parsed["error"])
    except (ValueError, KeyError, TypeError):
        message = ""
    words = message.strip().split("\n")[0][:140].strip() or f"({case.name})"
    return re.sub(r"\d+h\d+m[\d.]+s|(?<=after )\d+s|AIza\w+|\bgemini-\d[\w.-]*\w", "…", words)


def _table(rows: list[Told]) -> str:
    return "".join(f"| {_cell(row.words)} | {_cell(row.way_out)} |\n" for row in rows)


def _cell(text: str) -> str:
    return re.sub(r"(?<!`)\*", r"\*", text.replace("|", r"\|").replace("<", "&lt;").replace("\n", " "))


def test_the_page_has_every_sentence_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"run: python tests/{Path(__file__).name}"


def test_the_sentences_are_found_with_their_ways_out() -> None:
    rows = {row.key: row for told in by_speaker().values() for row in told}
    assert len(rows) > 400 and sum(bool(row.way_out) for row in rows.values()) > 200
    assert "Stop that program, or choose another port with --port." in rows["start.port_used"].way_out
    assert rows["clients.not_allowed"].words == "The key '…' may not use …."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
