"""What the dashboard and the checklist of a first run ask for, done."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.paths import home
from gcli2api_tui.tui.device_files import found_files
from gcli2api_tui.tui.first_run import FirstRun
from gcli2api_tui.tui.messages import AddBy
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.verbs.demo_verbs import DemoVerbs

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.dashboard import Dashboard


class BoardVerbs(DemoVerbs):
    def on_dashboard_try_anyway(self, event: "Dashboard.TryAnyway") -> None:
        self.ask(self.control.clear_cooldown(event.credential))

    async def look_for_files(self, checklist: FirstRun) -> None:
        """What lies where credential files usually lie; the disk may be slow."""
        checklist.found = tuple(await asyncio.to_thread(found_files, home(os.environ)))
        if checklist.is_attached:
            checklist.repaint()
            checklist.refresh_bindings()

    def on_first_run_wanted(self, event: "FirstRun.Wanted") -> None:
        if self.only_looks:  # the first test call comes by itself
            return
        match event.wish:
            case "sign_in":
                self.post_message(AddBy("login"))
            case "demo":
                self.action_demo()
            case "import":
                self._import_found(event.files)
            case "ask":
                self.beside(self._ask_first(event.model))
            case "stop" if event.exchange is not None:
                self.ask(self.control.cancel_exchange(event.exchange))
            case _:
                self.post_message(AddBy("key"))

    def _import_found(self, files: tuple[Path, ...]) -> None:
        from gcli2api_tui.tui.screens.confirm import Confirm

        named = ", ".join(plain(str(path).replace(str(home(os.environ)), "~", 1)) for path in files)
        question = Confirm(self.look, self.look.words("confirm.import", n=len(files), files=named))
        self.push_screen(question, lambda yes: self.beside(self._import(files)) if yes else None)

    async def _import(self, files: tuple[Path, ...]) -> None:
        for path in files:
            self.tell(await self.control.add_path(str(path)))

    async def _ask_first(self, model: str) -> None:
        """Through the real local endpoint: what works here works for a tool."""
        from gcli2api_tui.control.question import ask_once

        asked = await self.control.ask(ask_once(model, self.look.words("first.question")))
        if isinstance(asked, Refused):
            self.tell(asked)
