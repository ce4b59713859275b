"""The demo's menu of trouble. In any other panel there is none, and its key means nothing."""

from typing import TYPE_CHECKING

from gcli2api_tui.control.port_parts import Trouble, TroubleName
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.screens.trouble import TroubleMenu


class TroubleVerbs(Telling):
    trouble: Trouble | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.trouble is not None if action == "trouble" else super().check_action(action, parameters)

    def action_trouble(self) -> None:
        if self.trouble is not None:
            from gcli2api_tui.tui.screens.trouble import TroubleMenu

            self.push_screen(TroubleMenu(self.look, self.trouble.running()))

    def on_trouble_menu_chosen(self, event: "TroubleMenu.Chosen") -> None:
        self.begin_trouble(event.name)

    def begin_trouble(self, name: TroubleName) -> None:
        if self.trouble is not None:
            self.ask(self.trouble.make(name))
