"""The Play tab: asks the server as any client would; two sides beside each other answer the same question.

In: snapshots; models, and how questions stand, are read on demand. Out: `AskWanted`, `StopAsking`, `CompareAnswers`,
`Copy`. The prompt has the focus only when a person put it there: until then letters are keys.
"""

import json
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.control.question import AskRequest, Question
from gcli2api_tui.control.question_from_request import question_of
from gcli2api_tui.events.ids import AskId
from gcli2api_tui.ledger.admin_rows import ModelRow
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import play
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.pane import Kept, Pane
from gcli2api_tui.tui.play_state import AskReads, CompareAnswers, Side, Sides, Spoken, StopAsking
from gcli2api_tui.tui.screens.pick import Pick, SettingsMenu
from gcli2api_tui.tui.widgets.line_widgets import TappableLine
from gcli2api_tui.tui.widgets.play_column import Buttons, Column, PromptField

HISTORY = 50
Models = Callable[[], tuple[ModelRow, ...]]


class Play(Pane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("play")

    class AskWanted(Message):
        """The pane hears `begun` or `refused` for this prompt."""

        def __init__(self, pane: "Play", spoken: Spoken, request: AskRequest) -> None:
            super().__init__()
            self.pane, self.spoken, self.request = pane, spoken, request

    def __init__(self, look: Look, models: Models, reads: AskReads, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._models, self._reads = models, reads
        self.sides = Sides((Side(Question("", ()), said=reads.said), Side(Question("", ()), said=reads.said)))
        self._columns = [
            Column(look, side, id=f"play-{name}") for name, side in zip("ab", self.sides.both, strict=True)
        ]
        self._earlier: list[str] = []
        self._acts: object = None

    def compose(self) -> ComposeResult:
        with Container(id="play-columns"):
            yield from self._columns
        yield PromptField(id="play-prompt", placeholder=self.look.words("play.prompt"))
        yield Buttons(self.look, id="play-buttons")

    def on_mount(self) -> None:
        self._mark()

    def first(self) -> Widget:
        return self._column.view

    @property
    def _column(self) -> Column:
        return self._columns[self.sides.active]

    @property
    def _field(self) -> PromptField:
        return self.query_one(PromptField)

    @property
    def known(self) -> play.Known:
        return play.Known(self._models(), self.snapshot.server.models, self.snapshot.credentials)

    def kept(self) -> Kept:
        """The conversations, and what is being written."""
        return {"sides": self.sides, "earlier": self._earlier, "typed": self._field.text}

    def take_up(self, kept: Kept) -> None:
        if not kept:
            return
        self.sides, self._earlier = kept["sides"], kept["earlier"]
        for column, side in zip(self._columns, self.sides.both, strict=True):
            side.read_again()
            column.side = side
        self._edit_json(on=self.sides.chosen.raw is not None)
        self._field.load_text(kept["typed"])
        self._mark()

    def again(self) -> None:
        known, named = self.known, self.snapshot.server.models
        for column, letter in zip(self._columns, self.sides.letters, strict=True):
            if not column.side.question.model and column.side.raw is None:
                column.side.change(model=named.fast or named.best or named.cheap)
            if column.side in self.sides.shown:
                column.show(self.snapshot, known, self.look, letter, self._reads)
        self.query_one(Buttons).show(self.look, typing=self._field.has_focus)
        acts = [self.check_action(action, ()) for action in ("stop", "difference", "ask_again", "side")]
        if acts != self._acts:
            self._acts = acts
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "side":
                return self.sides.two
            case "stop":
                return bool(self.sides.running)
            case "difference":
                return self.sides.pair() is not None
            case "ask_again" | "anew":
                return any(side.spoken for side in self.sides.shown)
        return True

    # Asking

    def action_write(self) -> None:
        self._field.enter()
        self.call_after_refresh(self.again)

    def action_enter(self) -> None:
        """With something in the field it is sent: after Esc, Enter sends what Enter in the field did not."""
        self.send() if self._field.text.strip() else self.action_write()

    def on_paste(self, event: events.Paste) -> None:
        """It begins a question, or goes on with one: nothing is lost for want of an Enter before."""
        if not self._field.has_focus:  # else it is there already
            self._field.insert(event.text)
            self.action_write()

    @on(PromptField.Sent)
    def send(self) -> None:
        prompt = self._field.text.strip("\n")
        if not prompt.strip():
            self.say("play.nothing", "warn")
        elif self.sides.running:
            self.say("play.runs", "warn")
        elif raw := self.sides.chosen.raw:
            self._send_json(raw, prompt)
        elif not all(side.question.model for side in self.sides.shown):
            self.say("play.no_model_yet", "warn")
        else:
            self._earlier = [prompt, *(one for one in self._earlier if one != prompt)][:HISTORY]
            self._field.load_text("")
            self._ask_all(prompt)

    def _ask_all(self, prompt: str) -> None:
        for side in self.sides.shown:
            self._want(side, side.ask(prompt))
        self.again()

    def _send_json(self, raw: AskRequest, text: str) -> None:
        """JSON as it stands in the field; what is none is not sent."""
        side = self.sides.chosen
        try:
            self._want(side, side.ask_json(raw, text, self.look.words("play.edited")))
        except json.JSONDecodeError as error:
            self.say("play.no_json", "bad", line=error.lineno, column=error.colno)
        self.again()

    def _want(self, side: Side, request: AskRequest) -> None:
        self.post_message(self.AskWanted(self, side.spoken[-1], request))

    def begun(self, spoken: Spoken, ask: AskId) -> None:
        spoken.ask = ask
        self.again()

    def refused(self, spoken: Spoken, sentence: str) -> None:
        spoken.refusal = self.look.said(sentence)
        self.again()

    @on(PromptField.Left)
    def left(self) -> None:
        self.first().focus()
        self.call_after_refresh(self.again)

    def action_stop(self) -> None:
        for ask in self.sides.running:
            self.post_message(StopAsking(ask))

    def action_ask_again(self) -> None:
        """The last prompt once more, in its place."""
        if self.sides.running:
            self.say("play.runs", "warn")
            return
        if self.sides.chosen.raw is not None:
            self.send()
            return
        if prompts := [side.take_back() for side in self.sides.shown if side.spoken]:
            self._ask_all(prompts[0])

    def action_anew(self) -> None:
        """An empty conversation with the same settings."""
        if self.sides.running:
            self.say("play.runs", "warn")
            return
        for side in self.sides.both:
            side.begin_anew()
        self._edit_json(on=False)
        self.again()

    def action_earlier(self) -> None:
        """A prompt of this session, to be changed or sent again."""
        if not self._earlier:
            self.say("play.nothing_before")
            return
        choices = [play.Choice(str(at), " ".join(text.split())[:200]) for at, text in enumerate(self._earlier)]
        self.app.push_screen(Pick(self.look, self.look.words("play.earlier"), choices), self._take_earlier)

    def _take_earlier(self, chosen: str | None) -> None:
        if chosen:
            self._field.load_text(self._earlier[int(chosen)])
            self.action_write()

    # Two sides, and the settings of each

    @on(Column.Tapped)
    def setting_tapped(self, event: Column.Tapped) -> None:
        event.stop()
        self._turn_to(self._columns.index(event.column))
        if event.setting is not None:
            self.action_setting(event.setting)

    def action_setting(self, name: str) -> None:
        self._menu().one(name) if name else self._menu().all()

    def _menu(self) -> SettingsMenu:
        letter = self.sides.letters[self.sides.active].strip("*")
        push = self.app.push_screen
        return SettingsMenu(self.sides.chosen, self.known, self.look, push, self.again, self._no_value, letter)

    def _no_value(self, name: str, value: str) -> None:
        self.say("play.bad_value", "bad", name=self.look.words(f"play.set.{name}"), value=value)

    def action_two(self) -> None:
        self.sides.toggle()
        self._turn_to(self.sides.active)

    def action_side(self, by: int) -> None:
        self._turn_to((self.sides.active + by) % len(self.sides.shown))

    def _turn_to(self, at: int) -> None:
        self.sides.active = at
        self._mark()
        if not self._field.has_focus and self.display:
            self._column.view.focus()
        self.again()

    def _mark(self) -> None:
        """The side that is meant, where there is room for one only; and whether there are two."""
        self.set_class(self.sides.two, "-two")
        for column in self._columns:
            column.set_class(column is self._column, "-active")

    def action_difference(self) -> None:
        if pair := self.sides.pair():
            self.post_message(CompareAnswers(*pair))

    def action_fold(self) -> None:
        for column in self._columns:
            column.view.action_fold()

    @on(TappableLine.Tapped, "#play-buttons")
    def button(self, event: TappableLine.Tapped) -> None:
        event.stop()
        taps = {"send": self.send, "two": self.action_two, "anew": self.action_anew, "": self.action_write}
        taps.get(event.name, lambda: self.action_setting(""))()

    # From elsewhere

    def edit(self, request: AskRequest) -> None:
        """An earlier request, in the form, or as JSON where the form would lose something of it."""
        side, found = self.sides.alone(), question_of(request)
        self._edit_json(on=found is None)
        self._field.load_text(side.edit(*found) if found else side.edit_json(request))
        self._turn_to(0)
        self.action_write()

    def follow(self, prompt: str, ask: AskId, request: AskRequest) -> None:
        """A question that was begun elsewhere: a resend. It can be gone on with where the form shows all of it."""
        side = self.sides.alone()
        self._edit_json(on=False)
        if found := question_of(request):
            prompt = side.edit(*found) or prompt
        side.spoken.append(Spoken(prompt, ask))
        self._turn_to(0)

    def _edit_json(self, *, on: bool) -> None:
        self._field.several = on
        self.set_class(on, "-raw")
        if not on:
            self._field.load_text("")

    def copy_text(self) -> tuple[str, str]:
        last = self.sides.chosen.last
        return ("copy.answer", last.text) if last and last.text else super().copy_text()
