"""Every command. Imports what a command needs when it needs it, so that `--help` and `status` start fast.

A Problem ends in one readable line on stderr and its exit status; nothing here shows a traceback for a mistake.
"""

import sys
from typing import Any

import click

from gcli2api_tui import tasks
from gcli2api_tui.background import Background
from gcli2api_tui.cli_ask import ask, resend
from gcli2api_tui.cli_attach import attach
from gcli2api_tui.cli_backup import backup, restore
from gcli2api_tui.cli_client_keys import keys
from gcli2api_tui.cli_completions import completions
from gcli2api_tui.cli_config import config
from gcli2api_tui.cli_connect import connect
from gcli2api_tui.cli_creds import creds
from gcli2api_tui.cli_creds_trash import TRASH_VERBS
from gcli2api_tui.cli_creds_verbs import VERBS
from gcli2api_tui.cli_doctor import doctor
from gcli2api_tui.cli_export import export
from gcli2api_tui.cli_key import key
from gcli2api_tui.cli_keymap import keymap
from gcli2api_tui.cli_logs import logs
from gcli2api_tui.cli_models import models
from gcli2api_tui.cli_recordings import record, replay
from gcli2api_tui.cli_serving import draws, open_panel, restart, serve, serving_options, status, stop, telling
from gcli2api_tui.cli_usage import usage
from gcli2api_tui.events.problems import Problem, StartFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.output import survive_code_pages
from gcli2api_tui.terminal import keep_standard_descriptors


class Commands(click.Group):
    """Turns a Problem from any command into one line and an exit status."""

    def main(self, *args: Any, **more: Any) -> Any:
        survive_code_pages()
        return super().main(*args, **more)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except StartFault as fault:
            click.echo(f"gcli2api-tui: {fault.sentence}", err=True)
            ctx.exit(fault.exit_code)
        except Problem as problem:
            click.echo(f"gcli2api-tui: {problem.sentence}", err=True)
            ctx.exit(1)


def _tell_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from gcli2api_tui import version

        click.echo(version.line())
        ctx.exit()


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
@serving_options
@click.option("--lite", is_flag=True, help="Repaint once a second, for slow lines.")
@click.pass_context
def main(ctx: click.Context, /, lite: bool, **flags: object) -> None:
    """A terminal panel with an LLM proxy: OpenAI-compatible clients in front, Google's Gemini models behind.

    Without a command it opens the panel and serves.
    """
    keep_standard_descriptors()
    if ctx.invoked_subcommand is None:
        open_panel(flags, "lite" if lite else None)


@main.command()
@click.option("--seed", default=0, show_default=True, help="Fixes accounts, texts and the order of faults.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default 7861).")
@click.option("--speed", type=click.FloatRange(1, 600), default=1.0, help="How fast the calendar runs, e.g. 60.")
@click.option("--script", help="Play the panel's keys from this file and end; `tour` is one that is shipped.")
def demo(seed: int, port: int | None, speed: float, script: str | None) -> None:
    """Everything against a built-in stand-in for Google: no account, and nothing leaves this machine."""
    from gcli2api_tui import demo_script
    from gcli2api_tui.launcher import launch

    drawing = draws()
    steps = demo_script.read(script) if script else ()
    if steps and not drawing:
        raise StartFault(say("demo.script_screen"))

    def play(background: Background | None) -> int:
        from gcli2api_tui.demo import run_demo

        tell = None if drawing else telling()
        return run_demo(seed, port, screen=drawing, speed=speed, script=steps, tell=tell, background=background)

    sys.exit(launch(play) if drawing else play(None))


@main.command()
@click.option("--port", default=7862, show_default=True, type=click.IntRange(0, 65535))
@click.option("--seed", default=0, show_default=True)
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


main.add_command(ask)
main.add_command(attach)
main.add_command(backup)
main.add_command(resend)
main.add_command(restore)
main.add_command(completions)
main.add_command(config)
main.add_command(connect)
main.add_command(creds)
main.add_command(doctor)
main.add_command(export)
main.add_command(key)
main.add_command(keys)
main.add_command(keymap)
main.add_command(logs)
main.add_command(models)
main.add_command(restart)
main.add_command(serve)
main.add_command(status)
main.add_command(stop)
main.add_command(record)
main.add_command(replay)
main.add_command(usage)
for verb in (*VERBS, *TRASH_VERBS):
    creds.add_command(verb)
