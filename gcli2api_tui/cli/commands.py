"""Every command by its name, and what all have in common: lazy imports, the version, errors in one line.

A command's module is imported when it is asked for: what `status` does not use is not imported by it; help of the whole
group imports all, to show the first line of each. A Problem ends in one readable line on stderr and its exit status;
nothing here shows a traceback for a mistake.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from gcli2api_tui.cli.options import serving_options
from gcli2api_tui.events.problems import Problem, StartFault
from gcli2api_tui.process.output import keep_standard_descriptors, survive_code_pages

COMMANDS: Mapping[str, str] = {
    "ask": "ask:ask",
    "attach": "attach:attach",
    "backup": "backup:backup",
    "cluster": "cluster:cluster",
    "completions": "completions:completions",
    "config": "config:config",
    "connect": "connect:connect",
    "creds": "creds_list_and_add:creds",
    "demo": "serving:demo",
    "doctor": "doctor:doctor",
    "export": "recordings:export",
    "import-from": "import_from:import_from",
    "import-state": "cluster:import_state",
    "key": "key:key",
    "keymap": "config:keymap",
    "keys": "client_keys:keys",
    "logs": "stop_and_status:logs",
    "models": "models:models",
    "record": "recordings:record",
    "replay": "recordings:replay",
    "resend": "ask:resend",
    "restart": "stop_and_status:restart",
    "restore": "backup:restore",
    "serve": "serving:serve",
    "simulate": "serving:simulate",
    "status": "stop_and_status:status",
    "stop": "stop_and_status:stop",
    "upgrade": "upgrade:upgrade",
    "usage": "usage:usage",
}


class LazyGroup(click.Group):
    """Its commands' modules are imported when a command is asked for by its name."""

    lazily: Mapping[str, str] = {}
    """Name → `module:attribute`, of this folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.lazily})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazily and cmd_name not in self.commands:
            self.add_command(self._imported(self.lazily[cmd_name]), cmd_name)
        return super().get_command(ctx, cmd_name)

    @staticmethod
    def _imported(place: str) -> click.Command:
        module, _, attribute = place.partition(":")
        command = getattr(importlib.import_module(f"gcli2api_tui.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command


class Commands(LazyGroup):
    """Turns a Problem from any command into one line and an exit status."""

    lazily = COMMANDS

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


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
        from gcli2api_tui.cli.serving import open_panel

        open_panel(flags, "lite" if lite else None)
