"""`demo` and `simulate`: the whole program against a stand-in for Google, and the stand-in alone."""

import sys

import click

from gcli2api_tui import tasks
from gcli2api_tui.cli.serving import draws, telling
from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.process.launcher import Background


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

    def play(background: Background | None) -> int:
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
    from gcli2api_tui.simulator.app import KEYS

    click.echo(f"A stand-in for Google serves on {url}")
    click.echo(f"It takes the API keys {' and '.join(KEYS)}, and knows nothing of others.")
    click.echo(f"Try it: GOOGLE_GEMINI_BASE_URL={url} gcli2api-tui serve, with `creds add-key {KEYS[0]}`.")
