"""What serves: the panel over a server, `serve`, the `demo` against a stand-in for Google, and the stand-in alone.

One command always gives the panel: of the server that runs on this home, or of a new one. What a person is asked, is
asked on a terminal alone; scripts get sentences and an exit status. What is done with a server that runs stands in
cli/stop_and_status.py.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from gcli2api_tui import __version__, tasks
from gcli2api_tui.cli.options import Flags, given, home_of, serving_options
from gcli2api_tui.events.problems import ClientFault, StartFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.lifecycle import restart
from gcli2api_tui.messages.message import say
from gcli2api_tui.process import other_processes
from gcli2api_tui.process.output import say as tell_people

if TYPE_CHECKING:
    from gcli2api_tui.bootstrap import Bootstrap
    from gcli2api_tui.control.run_file import Running
    from gcli2api_tui.lifecycle.restart import Takeover
    from gcli2api_tui.paths import Paths
    from gcli2api_tui.process.launcher import Background


def open_panel(flags: Flags, refresh: str | None) -> None:
    """The panel of the server that runs here, or of one that is started for it; ends the process."""
    if goes_on := restart.taken(os.environ):
        sys.exit(_run(flags, _waited_for(goes_on), screen=goes_on.screen, refresh=refresh, taken=goes_on))
    if not draws():
        sys.exit(_run(flags, None, screen=False, tells=True))
    where = home_of(flags)
    if where.run_file.exists() and (running := _attachable(where, flags)):
        sys.exit(_attach(where, running, refresh, flags))
    from gcli2api_tui.lifecycle.home_lock import HomeTaken
    from gcli2api_tui.process.launcher import launch

    try:
        sys.exit(launch(lambda background: _run(flags, background, screen=True, refresh=refresh)))
    except HomeTaken:
        running = _attachable(where, flags)  # another was a moment faster
        if running is None:
            raise
        sys.exit(_attach(where, running, refresh, flags))


def _attachable(where: "Paths", flags: Flags) -> "Running | None":
    """The server whose panel can be had; None where one is to be started. Asks a person what it may do."""
    from gcli2api_tui.lifecycle import running_server

    found = running_server.settled(where)
    if found.state == "nobody" or found.running is None:
        return None
    if found.state == "ends":
        click.echo(say("service.ends", pid=found.running.pid))
        running_server.wait_for_its_end(where, found.running, click.echo)
        return None
    if found.state == "hangs":
        click.echo(say("service.hangs", pid=found.running.pid), err=True)
        click.confirm(say("service.ask_to_kill"), abort=True, err=True)
        running_server.stop(where, click.echo, now=True)
        return None
    _same_as_asked(where, found.running, flags)
    return _of_one_version(where, found.running)


def _same_as_asked(where: "Paths", running: "Running", flags: Flags) -> None:
    """A flag for a start means nothing to a server that runs. Raises StartFault, unless it is as asked."""
    from gcli2api_tui.paths import home_flag

    if not serves_at(running.url, given(flags)):
        raise StartFault(
            say("start.runs", url=running.url, since="", pid=running.pid),
            way_out=say("service.flags_start", home=home_flag(where)),
        )


def serves_at(url: str, given: Flags) -> bool:
    """Whether the host and the port that were given are those of the address that its clients are told."""
    from urllib.parse import urlsplit

    there = urlsplit(url)
    asked = given.get("host")
    host = there.hostname if asked is None else _TOLD_AS.get(str(asked), asked)
    return host == there.hostname and given.get("port") in (None, 0, there.port)


_TOLD_AS = {"0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1", "::": "::1"}


def _of_one_version(where: "Paths", running: "Running") -> "Running | None":
    if running.version == __version__:
        return running
    from gcli2api_tui.lifecycle import running_server

    version = running.version or "?"
    if not click.confirm(say("service.ask_to_restart", version=version, own=__version__), default=True, err=True):
        return running
    try:
        return running_server.restart(where, click.echo, when_idle=True)
    except ClientFault:  # an older one, which cannot
        running_server.stop(where, click.echo)
        return None


def _attach(where: "Paths", running: "Running", refresh: str | None, flags: Flags) -> int:
    from gcli2api_tui.control.server_certificate import trusting
    from gcli2api_tui.lifecycle import running_server
    from gcli2api_tui.panel_session.attached import run_attached

    at = given(flags).get("home")
    home = None if at is None else str(at)
    ended = run_attached(
        running.url, running.token, read_only=False, refresh=refresh, home=home, trusted=trusting(running.certificate)
    )
    if ended == "stop":
        running_server.stop(where, click.echo)
    elif ended == "keep-serving":
        click.echo(say("service.left", url=f"{running.url}/v1", pid=running.pid))
    return 1 if ended == "crashed" else 0


@click.command()
@serving_options
@click.option("--log-format", type=click.Choice(["off", "text", "json"]), help="How to write the log to stdout.")
@click.option("--background", is_flag=True, help="Return as soon as it listens; it goes on without a terminal.")
def serve(background: bool, **flags: object) -> None:
    """Serve without a screen; SIGTERM, Ctrl+C or `gcli2api-tui stop` stops it."""
    if goes_on := restart.taken(os.environ):
        sys.exit(_run(flags, None, screen=False, taken=goes_on))
    if not background and os.getpid() != other_processes.FIRST:
        sys.exit(_run(flags, None, screen=False))
    from gcli2api_tui.process.launcher import launch, one_process

    if background and one_process():
        raise StartFault(say("service.no_background"), way_out=say("service.background_there"))
    sys.exit(launch(lambda way: _run(flags, way, screen=False)))


def _setup(flags: Flags) -> "Bootstrap":
    from gcli2api_tui.bootstrap import prepare

    return prepare(given(flags), os.environ)


def _run(
    flags: Flags,
    background: "Background | None",
    *,
    screen: bool,
    refresh: str | None = None,
    tells: bool = False,
    taken: "Takeover | None" = None,
) -> int:
    """`tells`: without a screen, what `status` says is printed, and again what changes of it."""
    from gcli2api_tui.demo.visit import Visit
    from gcli2api_tui.start import run, with_what_was_left

    setup = replace(_setup(flags), token=Secret(taken.token if taken else ""))
    demo = Visit(setup.clock, refresh or setup.settings.refresh, setup.settings.language) if screen else None
    tell = telling() if tells and not screen else None
    started = run(
        setup, screen=screen, refresh=refresh, demo=demo, staged=with_what_was_left, tell=tell, background=background,
        taken=taken,
    )  # fmt: skip
    return tasks.run(started)


def _waited_for(goes_on: "Takeover") -> "Background | None":
    from gcli2api_tui.process.launcher import Background

    return Background(goes_on.parent, goes_on.lifeline) if goes_on.parent else None


def telling() -> Callable[[str], None]:
    return partial(tell_people, stream=sys.stdout)


def draws() -> bool:
    """Whether there is a terminal that can show the panel; others get its figures as text."""
    return sys.stdout.isatty() and sys.stdin.isatty() and os.environ.get("TERM") != "dumb"


@click.command()
@click.option("--seed", default=0, show_default=True, help="Fixes accounts, texts and the order of faults.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default 7861).")
@click.option("--speed", type=click.FloatRange(1, 600), default=1.0, help="How fast the calendar runs, e.g. 60.")
@click.option("--script", help="Play the panel's keys from this file and end; `tour` is one that is shipped.")
def demo(seed: int, port: int | None, speed: float, script: str | None) -> None:
    """Everything against a built-in stand-in for Google: no account, and nothing leaves this machine."""
    from gcli2api_tui.demo.script import read
    from gcli2api_tui.process.launcher import launch

    drawing = draws()
    steps = read(script) if script else ()
    if steps and not drawing:
        raise StartFault(say("demo.script_screen"))

    def play(background: "Background | None") -> int:
        from gcli2api_tui.demo.start import run_demo

        tell = None if drawing else telling()
        return run_demo(seed, port, screen=drawing, speed=speed, script=steps, tell=tell, background=background)

    sys.exit(launch(play) if drawing else play(None))


@click.command()
@click.option(
    "--port", default=7862, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--seed", default=0, show_default=True, help="Fixes accounts, texts and the order of faults.")
def simulate(port: int, seed: int) -> None:
    """Only the stand-in for Google, for trying things out."""
    from gcli2api_tui.simulator.app import run_simulator

    try:
        tasks.run(run_simulator(port, seed, ready=_stand_in))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        raise StartFault(
            say("start.no_listen_port", port=port, why=str(error.strerror)), way_out=say("start.another_port")
        ) from None


def _stand_in(url: str) -> None:
    from gcli2api_tui.process.collector import while_running
    from gcli2api_tui.simulator.app import KEYS

    while_running()
    click.echo(f"A stand-in for Google serves on {url}")
    click.echo(f"It takes the API keys {' and '.join(KEYS)}, and knows nothing of others.")
    click.echo(f"Try it: GOOGLE_GEMINI_BASE_URL={url} gcli2api-tui serve, with `creds add-key {KEYS[0]}`.")
