"""A group of commands whose modules are imported when a command is asked for by its name.

In: name → `module:attribute`, of this folder. Out: a click group that lists all of them. What `status` does not use is
not imported by it; help of the whole group imports all, because it shows the first line of each.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    def __init__(self, *args: Any, lazily: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.lazily = lazily

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
