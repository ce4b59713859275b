"""Points a client here for whoever acts through the control: the difference first, then the files.

In: a recipe's id. Out: Difference, Done or Refused. What is written is what was shown, or nothing. The disk is asked in
a thread.
"""

import asyncio
import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from gcli2api_tui.control.verb_results import Answer, Difference, Done, Refused, refused
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.snapshot import ModelsToName
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.recipes.all_recipes import RECIPES
from gcli2api_tui.recipes.file_changes import Change, Connections
from gcli2api_tui.recipes.recipe import Recipe, Target

_DEMO = Refused(say("connect.demo"), say("connect.demo_instead"))


@dataclass(frozen=True, slots=True)
class ClientConnections:
    """`target` is asked each time: models and address may be others by then."""

    connections: Connections
    target: Callable[[], Target]
    demo: bool = False
    """Its address goes with it: files of clients are shown, and not written."""

    async def difference(self, client: str, *, undo: bool) -> Difference | Refused:
        recipe = RECIPES.get(client)
        if recipe is None:
            return Refused(
                say("connect.no_client", client=client[:40]), say("connect.clients", names=", ".join(RECIPES))
            )
        if not recipe.files:
            return Refused(say("connect.typed", client=recipe.name), say("connect.type_it"))
        target = self.target()
        try:
            changes = await asyncio.to_thread(self._changes, recipe, target, undo)
        except Problem as problem:
            return refused(problem)
        key = Secret(target.key)
        lines = tuple(line for change in changes for line in change.lines(key))
        return Difference(client, recipe.name, lines, _seen(changes), undo)

    async def write(self, shown: Difference) -> Answer:
        """Refused where the files, or what is to stand in them, are others than were shown."""
        if self.demo:
            return _DEMO
        recipe = RECIPES[shown.client]
        try:
            return await asyncio.to_thread(self._write, recipe, shown, self.target())
        except Problem as problem:
            return refused(problem)

    def _write(self, recipe: Recipe, shown: Difference, target: Target) -> Answer:
        changes = self._changes(recipe, target, shown.undo)
        if _seen(changes) != shown.seen:
            return Refused(say("connect.changed", path=str(changes[0].path)), say("connect.again"))
        if shown.undo:
            self.connections.take_back(recipe, changes)
            return Done(say("connect.undone", client=recipe.name))
        self.connections.write(recipe, target, changes)
        return Done(say("connect.done", client=recipe.name, start=recipe.start))

    def _changes(self, recipe: Recipe, target: Target, undo: bool) -> Sequence[Change]:
        return self.connections.unwanted(recipe) if undo else self.connections.wanted(recipe, target)


def connecting(
    folder: Path, url: str, key: Secret, named: Callable[[], ModelsToName], *, demo: bool
) -> ClientConnections:
    """Of this process's own user. `folder` is for copies of what stood in the files."""

    def target() -> Target:
        names = named()
        return Target(url, key.reveal(), names.best, names.fast, names.cheap)

    return ClientConnections(Connections(folder, os.environ, sys.platform), target, demo)


def _seen(changes: Sequence[Change]) -> str:
    """A fingerprint of what stands there and of what is to stand there."""
    told = repr([(str(change.path), change.before, change.after) for change in changes])
    return hashlib.sha256(told.encode()).hexdigest()
