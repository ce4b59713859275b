"""What the list of models asks for, done."""

from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.screens.models import Models


class ModelVerbs(Telling):
    def on_models_forget(self, event: "Models.Forget") -> None:
        self.beside(self._forget(event.screen, event.name))

    async def _forget(self, screen: "Models", model: str) -> None:
        answer = await self.control.forget_learnt(model)
        if isinstance(answer, Refused):
            screen.told(answer.sentence, "bad")
        else:
            screen.told(answer.message, "ok")
