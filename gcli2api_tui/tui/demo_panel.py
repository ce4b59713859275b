"""The demo's panel: beside a server of one's own nothing in it ends more than the visit; and played by a script.

In: as for every panel; steps, as a person would press keys when what they wait for is on the screen. Out: `back` as the
reason why it ended; a script's panel ends when the script does, or when what it waits for never comes, which the
message row then says.
"""

from collections.abc import Sequence
from typing import ClassVar, Protocol, cast

from textual.app import App
from textual.binding import BindingType
from textual.widgets import Input

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.trouble_port import TroubleName
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.app_messages import OpenTab
from gcli2api_tui.tui.key_bindings import bindings


class VisitPanel(Panel):
    BINDINGS: ClassVar[list[BindingType]] = bindings("visit")

    def action_come_back(self) -> None:
        """Nothing that stood in front took the key."""
        self.exit("back")

    def action_leave(self) -> None:
        self.exit("back")

    def action_interrupt(self) -> None:
        self.exit("back")


LOOK_S = 0.05
PATIENCE_S = 60.0
TYPING_S = 0.09


class Step(Protocol):
    @property
    def verb(self) -> str: ...

    @property
    def what(self) -> str: ...


def on_screen(app: App[str]) -> str:
    """Its lines, as text. What was not painted yet is painted here, for which Textual wants to know the app."""
    with app._context():
        lines = app.screen._compositor.render_strips()  # the only place that knows what stands where
    return "\n".join("".join(segment.text for segment in line) for line in lines)


async def play(panel: Panel, steps: Sequence[Step], clock: Clock, shut: str = "stop") -> None:
    """From the first frame on; `shut` is how the panel ends."""
    while not panel.is_running or not panel.screen_stack:
        await clock.sleep(LOOK_S)
    for step in steps:
        if not await _took(panel, step, clock):
            panel.say(panel.look.words("script.missed", what=step.what), "bad")
            await clock.sleep(1)
            break
    panel.exit(shut)


async def _took(panel: Panel, step: Step, clock: Clock) -> bool:
    match step.verb:
        case "wait" | "gone":
            came = await _comes(panel, step.what, clock, there=step.verb == "wait")
            await clock.sleep(LOOK_S)  # what closed may still be telling the panel why
            return came
        case "pause":
            await clock.sleep(float(step.what))
        case "press":
            panel.simulate_key(step.what)
            await clock.sleep(LOOK_S)
        case "tab":
            panel.post_message(OpenTab(step.what))  # what opens is made by the panel, not by whoever plays it
            while panel.pane.id != step.what and panel.is_running:
                await clock.sleep(LOOK_S)
        case "trouble":
            panel.begin_trouble(cast("TroubleName", step.what))
        case "type":
            for letter in step.what:
                _typed(panel, letter)
                await clock.sleep(TYPING_S)
    return True


async def _comes(panel: Panel, what: str, clock: Clock, *, there: bool) -> bool:
    end = clock.monotonic() + PATIENCE_S
    while (what in on_screen(panel)) is not there:
        if clock.monotonic() >= end:
            return False
        await clock.sleep(LOOK_S)
    return True


def _typed(panel: Panel, letter: str) -> None:
    if isinstance(panel.focused, Input):
        panel.focused.insert_text_at_cursor(letter)
    else:
        panel.simulate_key("space" if letter == " " else letter)
