"""`w`: the screen as a picture and as text, with names, keys, prompts and answers hidden, whatever it shows now.

The picture is taken of another panel, one that nobody sees: it reads through privacy mode from its first line on, so
that nothing a widget remembers can come through, and the person's own screen stays as it is.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from typing import cast

from rich.console import Console
from rich.segment import Segment, Segments
from textual.geometry import Size
from textual.strip import Strip

from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.verb_results import Answer, Refused
from gcli2api_tui.messages.message import say
from gcli2api_tui.tui.app_messages import Command
from gcli2api_tui.tui.verbs.screen_verbs import ScreenVerbs

_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""Rich names some on the web; a picture of ours asks nobody for anything."""


LOOKS, LOOK_S = 10, 0.05
"""What still moves after so many looks is a running answer."""


class PictureVerbs(ScreenVerbs):
    async def twin(self, control: Control) -> "PictureVerbs":
        """Another panel of the same look, theme and keys, in privacy mode."""
        raise NotImplementedError

    def action_save_screen(self) -> None:
        self.beside(self._save_screen())

    async def _save_screen(self) -> None:
        twin = await self.twin(cast(Control, OnlyLooks()))
        twin.tabs.anew(self.pane.id or "", self.kept())
        strips = await _strips(twin, self.size, partial(twin.point, self.pointed()))
        svg, text = await asyncio.to_thread(lambda: (as_svg(strips), as_text(strips)))
        self.tell(await self.control.save_screen(svg, text))

    def commands(self) -> Iterator[Command]:
        """By name also where `w` writes something else."""
        yield from super().commands()
        if not any(name == "app.save" for _, name, _ in self._acting()):
            yield Command(self.look.words("key.app.save"), "", self.action_save_screen)


class OnlyLooks:
    """The control of a panel that does nothing by itself: whatever is asked is refused."""

    def __getattr__(self, verb: str) -> Callable[..., object]:
        return self._refuse

    async def _refuse(self, *asked: object, **more: object) -> Answer:
        return Refused(say("control.gone"))


async def _strips(twin: PictureVerbs, size: Size, point: Callable[[], None]) -> list[Strip]:
    """What it shows, once all of it is there: some tabs read settings, usage or texts when they open."""
    from textual.widgets import Input

    async with twin.run_test(size=(size.width, size.height)) as pilot:
        await twin.open_tab(twin.tabs.first)
        await pilot.pause()
        point()
        for field in twin.screen.query(Input):
            field.password = True  # a name that was searched for is one too
        seen = _seen(twin)
        for _ in range(LOOKS):
            await pilot.pause(LOOK_S)
            twin.show_now()
            await pilot.pause()
            seen, before = _seen(twin), seen
            if as_text(seen) == as_text(before):
                break
        return seen


def _seen(panel: PictureVerbs) -> list[Strip]:
    return panel.screen._compositor.render_strips()  # Textual has no public name for it


def as_svg(strips: list[Strip]) -> str:
    width = max((strip.cell_length for strip in strips), default=1)
    console = Console(
        width=width, height=len(strips), file=StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False, safe_box=False,
    )  # fmt: skip
    for strip in strips:
        console.print(Segments([*strip, Segment.line()]), end="")
    return _FONTS.sub("", console.export_svg(title="gcli2api-tui"))


def as_text(strips: list[Strip]) -> str:
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips)
