"""Recording requests, by name in the palette: begun masked, or whole after a question, and ended.

In: a choice. Out: what came of it, in words. That one runs stands on the first tab, whoever began it.
"""

from collections.abc import Iterator

from gcli2api_tui.tui.commands import Command
from gcli2api_tui.tui.verbs.look_verbs import LookVerbs


class RecordingVerbs(LookVerbs):
    def commands(self) -> Iterator[Command]:
        yield from super().commands()
        words = self.look.words
        yield Command(words("record.masked"), "", self._record, changes=True)
        yield Command(words("record.whole"), "", self._record_whole, changes=True)
        yield Command(words("record.end"), "", lambda: self.ask(self.control.end_recording()), changes=True)

    def _record(self) -> None:
        self.ask(self.control.begin_recording("masked"))

    def _record_whole(self) -> None:
        from gcli2api_tui.tui.screens.confirm import Confirm

        question = Confirm(self.look, self.look.words("record.question"))
        self.push_screen(question, lambda yes: self.ask(self.control.begin_recording("whole")) if yes else None)
