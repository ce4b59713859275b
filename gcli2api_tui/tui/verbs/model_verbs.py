"""What the list of models asks for, done."""

from textual import on

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.tui.screens.models import Models
from gcli2api_tui.tui.verbs.telling import Telling


class ModelVerbs(Telling):
    @on(Models.Forget)
    def _forget_learnt(self, event: Models.Forget) -> None:
        self.beside(self._forget(event.screen, event.name))

    async def _forget(self, screen: Models, model: str) -> None:
        answer = await self.control.forget_learnt(model)
        if isinstance(answer, Refused):
            screen.told(answer.sentence, "bad")
        else:
            screen.told(answer.message, "ok")
