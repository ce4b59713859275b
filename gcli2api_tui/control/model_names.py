"""Gives a model another name, for clients that ask for it by that: written into config.toml, and in force at once.

In: the name and the model it is to mean. Out: Done or Refused. What stands in a variable or a flag cannot be added to,
and is refused with its name.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gcli2api_tui import config_file
from gcli2api_tui.control.ports import Answer, Done, Refused, refused
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class ModelNames:
    """`add` puts the name into the catalogue that serves; it raises SettingsFault for a model that is none."""

    file: Path
    source: str
    """Where the aliases come from: "", `config.toml`, a variable or the flag."""
    add: Callable[[str, str], None]

    async def map(self, name: str, model: str) -> Answer:
        if self.source not in ("", "config.toml"):
            return Refused(say("alias.elsewhere", source=self.source), say("alias.there", name=name, model=model))
        if not name or len(name) > LONGEST_NAME or set(name) & set(",=\n"):
            return Refused(say("alias.no_name", name=name[:40]))
        try:
            self.add(name, model)
            await asyncio.to_thread(config_file.write_pair, self.file, "aliases", name, model)
        except Problem as problem:
            return refused(problem)
        return Done(say("alias.mapped", name=name, model=model))
