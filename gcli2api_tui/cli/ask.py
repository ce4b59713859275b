"""`ask`: one question to the server that runs, as any client asks; the answer goes to standard output as it comes.

Pipes work: what comes on standard input is the question, or is added to it. Everything but the answer goes to stderr.
The run file's token is the key, so that no key need be known and a credential may be chosen.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import asdict, field
from typing import TYPE_CHECKING, TypedDict

import click

from gcli2api_tui import tasks
from gcli2api_tui.cli.options import AS_JSON, HOME
from gcli2api_tui.control.question import DIALECTS, EFFORTS, AskRequest, Dialect, Effort, Question, Turn
from gcli2api_tui.events.ids import ANY
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

if TYPE_CHECKING:
    from gcli2api_tui.control.answer_events import Heard
    from gcli2api_tui.control.chat_client import Began
    from gcli2api_tui.control.run_file import Running
    from gcli2api_tui.events.records import CredentialId

OF_ONE = click.option("--credential", "name", metavar="NAME", help="Ask this one alone: no other answers in its place.")


@click.command("ask")
@click.argument("words", nargs=-1, metavar="[PROMPT]")
@click.option("--model", help="Default: the fast one of those that are served.")
@click.option(
    "--dialect", type=click.Choice(DIALECTS), default=DIALECTS[0], show_default=True, help="The API to ask through."
)
@click.option("--system", default="", help="A system prompt.")
@click.option("--effort", type=click.Choice(EFFORTS[1:]), help="How hard to think; default: as the model likes.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="How free the choice of words is.")
@click.option("--max-tokens", type=click.IntRange(1), help="The longest answer, in tokens; thoughts count.")
@click.option("--stream/--no-stream", default=True, show_default=True, help="As it comes, or in one piece.")
@OF_ONE
@HOME
@AS_JSON
def ask(
    words: tuple[str, ...],
    model: str | None,
    dialect: Dialect,
    system: str,
    effort: Effort | None,
    temperature: float | None,
    max_tokens: int | None,
    stream: bool,
    name: str | None,
    home: str | None,
    as_json: bool,
) -> None:
    """Ask the running server. It uses 1 request. Without PROMPT the question is standard input."""
    from gcli2api_tui.control.question import request_of

    text = _prompt(words)
    running = server_of(home)
    question = Question(
        model or _usual_model(running),
        (Turn("user", text),),
        dialect,
        system,
        effort or "",
        temperature,
        max_tokens,
        stream,
        chosen_by(name, running),
    )
    listen_to(running, request_of(question), as_json=as_json)


@click.command("resend")
@click.argument("exchange", type=click.IntRange(1), metavar="ID")
@click.option("--model", default="", help="Ask this one instead.")
@OF_ONE
@HOME
@AS_JSON
def resend(exchange: int, model: str, name: str | None, home: str | None, as_json: bool) -> None:
    """Ask once more what a client asked: request ID of the panel's list. It uses 1 request."""
    from gcli2api_tui.control import admin_client
    from gcli2api_tui.control.question_from_request import on_model

    running = server_of(home)
    kept = admin_client.get(running, f"/admin/api/exchanges/{exchange}/request")
    body = kept["body"].encode("utf-8", "surrogatepass")
    request = AskRequest(kept["dialect"], kept["path"], body, chosen_by(name, running))
    listen_to(running, on_model(request, model) if model else request, as_json=as_json)


def _prompt(words: tuple[str, ...]) -> str:
    """What was typed, and below it what was piped in."""
    typed = " ".join(words)
    piped = "" if sys.stdin is None or sys.stdin.isatty() or (typed and not _is_piped()) else sys.stdin.read()
    text = "\n\n".join(part for part in ("" if typed == "-" else typed, piped.strip("\n")) if part)
    if not text.strip():
        raise Problem(say("ask.nothing"), say("ask.how"))
    return text


def _is_piped() -> bool:
    """A pipe or a file; a standard input that merely is nothing's, as in a service, is not waited for."""
    import stat

    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):
        return True
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def server_of(home: str | None) -> "Running":
    """The one that runs. Raises Problem where there is none."""
    from gcli2api_tui import paths
    from gcli2api_tui.control import admin_client, run_file

    running = run_file.read(paths.find(home, os.environ).run_file)
    if running is None or not admin_client.listens(running):
        raise Problem(say("cli.no_server"), say("cli.start_one"))
    return running


def _usual_model(running: "Running") -> str:
    from gcli2api_tui.control import admin_client

    named = admin_client.get(running, "/admin/api/snapshot")["server"]["models"]
    model: str = named["fast"] or named["best"] or named["cheap"]
    if not model:
        raise Problem(say("ask.no_model"), say("pool.add"))
    return model


def chosen_by(name: str | None, running: "Running") -> "CredentialId":
    """By label, id or file, or the beginning of one. Raises Problem where that is none, or several."""
    from gcli2api_tui.control import admin_client
    from gcli2api_tui.credentials.cli_arguments import Named, select

    if name is None:
        return ANY
    rows = admin_client.get(running, "/admin/api/credentials")["credentials"]
    return select([name], [Named(row["id"], row["label"], row["file"]) for row in rows])[0].id


# The answer


@dataclass(slots=True)
class _Answer:
    """What was heard so far."""

    began: "Began | None" = None
    heard: "list[Heard]" = field(default_factory=list)
    asked_at: float = 0.0
    first_at: float | None = None
    ended_at: float = 0.0


def listen_to(running: "Running", request: AskRequest, *, as_json: bool) -> None:
    """Print it as it comes; ends with status 1 where it is no good answer, 130 where a person stopped it."""
    answer = _Answer()
    try:
        tasks.run(_listen(running, request, answer, shown=not as_json))
    except KeyboardInterrupt:
        click.echo("\n" + say("asking.stopped"), err=True)
        sys.exit(130)
    _tell(answer, as_json=as_json)


async def _listen(running: "Running", request: AskRequest, answer: _Answer, *, shown: bool) -> None:
    from gcli2api_tui.clock import Clock
    from gcli2api_tui.control.chat_client import Began, listen, open_client
    from gcli2api_tui.control.server_certificate import trusting

    clock = Clock()
    answer.asked_at = clock.now()
    trusted = trusting(running.certificate)
    async with (
        open_client(running.url, trusted) as client,
        aclosing(listen(client, request, running.token, "ask")) as told,
    ):
        async for one in told:
            if isinstance(one, Began):
                answer.began = one
                continue
            answer.heard.append(one)
            if one.says and answer.first_at is None:
                answer.first_at = clock.now()
            if shown:
                await asyncio.to_thread(_print, one.text + one.call)
    answer.ended_at = clock.now()


def _print(text: str) -> None:
    """A slow pipe holds nothing but this program. On a screen no answer moves the cursor."""
    if sys.stdout.isatty():
        text = "".join(char for char in text if char in "\n\t" or char.isprintable())
    sys.stdout.write(text)
    sys.stdout.flush()


def _tell(answer: _Answer, *, as_json: bool) -> None:
    from gcli2api_tui.control.answer_events import joined

    began, said = answer.began, joined(answer.heard)
    error = said.error or ("" if said.ends else say("asking.not_whole"))
    if as_json:
        click.echo(json.dumps(_data(answer), ensure_ascii=False, indent=2))
    elif said.text and not said.text.endswith("\n"):
        click.echo()
    if error:
        raise Problem(say("ask.failed", status=began.status if began else 0, said=error))
    if sys.stderr is not None and sys.stderr.isatty() and not as_json:
        click.echo("  ".join(_figures(answer)), err=True)


def _figures(answer: _Answer) -> Iterable[str]:
    """In a line on the screen, below the answer."""
    data = _data(answer)
    if data["exchange"]:
        yield f"#{data['exchange']}"
    if data["first_word_s"] is not None:
        yield f"first word {data['first_word_s']:.1f}s"
    yield f"took {data['took_s']:.1f}s"
    if usage := data["usage"]:
        yield f"in {usage['prompt']}  out {usage['output']}" + (
            f"  think {usage['thoughts']}" if usage["thoughts"] else ""
        )
    yield "1 request"


class _Data(TypedDict):
    """What `--json` prints."""

    exchange: int | None
    status: int
    text: str
    thought: str
    calls: str
    finish: str
    error: str
    usage: dict[str, int] | None
    first_word_s: float | None
    took_s: float


def _data(answer: _Answer) -> _Data:
    from gcli2api_tui.control.answer_events import joined

    began, said = answer.began, joined(answer.heard)
    first_s = None if answer.first_at is None else round(answer.first_at - answer.asked_at, 3)
    return {
        "exchange": began.exchange if began else None,
        "status": began.status if began else 0,
        "text": said.text,
        "thought": said.thought,
        "calls": said.call,
        "finish": said.finish,
        "error": said.error,
        "usage": asdict(said.usage) if said.usage else None,
        "first_word_s": first_s,
        "took_s": round(answer.ended_at - answer.asked_at, 3),
    }
