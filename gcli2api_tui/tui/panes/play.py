"""The Play tab: asks the server as any client would; two sides beside each other answer the same question.

In: snapshots; models, and how questions stand, are read on demand. Out: `AskWanted`, `StopWanted`, `DifferenceWanted`,
`Copy`. The prompt has the focus only when a person put it there: until then letters are keys.
"""

import json
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.control.asked import AskId
from gcli2api_tui.control.question import AskRequest, Question
from gcli2api_tui.control.question_edits import question_of, shown_json
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.model_rows import ModelRow
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.line_widgets import TappableLine
from gcli2api_tui.tui.paint import play
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.play_column import Column
from gcli2api_tui.tui.play_side import Asked, AskedText, Side, Spoken
from gcli2api_tui.tui.prompt_field import PromptField
from gcli2api_tui.tui.screens.pick import Pick

HISTORY = 50


class Buttons(TappableLine):
    """What a phone taps: send, and what goes with the prompt."""

    typing = False

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        word = self.look.words
        names = ("send", "settings", "two", "anew")
        shown: list[tuple[str, Line]] = [
            (name, ((f" {word(f'play.{name}')} ", "chip" if name == "send" else "key"), (" ", "plain")))
            for name in names
        ]
        return [*shown, ("", ((word("play.typing" if self.typing else "play.keys"), "dim"),))]


class Play(Pane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("play")

    class AskWanted(Message):
        """The pane hears `begun` or `refused` for this prompt."""

        def __init__(self, pane: "Play", spoken: Spoken, request: AskRequest) -> None:
            super().__init__()
            self.pane, self.spoken, self.request = pane, spoken, request

    class StopWanted(Message):
        def __init__(self, ask: AskId) -> None:
            super().__init__()
            self.ask = ask

    class DifferenceWanted(Message):
        """Of two prompts with their answers."""

        def __init__(self, one: Spoken, other: Spoken) -> None:
            super().__init__()
            self.one, self.other = one, other

    def __init__(
        self,
        look: Look,
        models: Callable[[], tuple[ModelRow, ...]],
        asked: Asked,
        text: AskedText,
        *,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(look, id=id)
        self._models, self._asked, self._text = models, asked, text
        self._columns = [Column(look, Side(Question("", ())), id=f"play-{name}") for name in ("a", "b")]
        self._active = 0
        self._earlier: list[str] = []

    def compose(self) -> ComposeResult:
        with Container(id="play-columns"):
            yield from self._columns
        yield PromptField(id="play-prompt", placeholder=self.look.words("play.prompt"))
        yield Buttons(self.look, id="play-buttons")

    def on_mount(self) -> None:
        self._turn_to(0)

    def first(self) -> Widget:
        return self.column.view

    @property
    def column(self) -> Column:
        """The side that settings and keys are about."""
        return self._columns[self._active]

    @property
    def two(self) -> bool:
        return self.has_class("-two")

    @property
    def shown(self) -> list[Column]:
        """Those that are asked."""
        return self._columns if self.two else self._columns[:1]

    @property
    def _field(self) -> PromptField:
        return self.query_one(PromptField)

    @property
    def known(self) -> play.Known:
        return play.Known(self._models(), self.snapshot.server.models, self.snapshot.credentials)

    def again(self) -> None:
        known, word = self.known, self.look.words
        for at, column in enumerate(self._columns):
            if not column.side.question.model:
                named = self.snapshot.server.models
                column.side.change(model=named.fast or named.best or named.cheap)
            if column in self.shown and column.is_mounted:
                column.view.empty = (
                    [word("play.empty"), "", word("play.empty_how"), word("play.empty_two")] if at == 0 else []
                )
                letter = "" if not self.two else "AB"[at] + ("*" if at == self._active else "")
                column.show(self.snapshot, known, self.look, letter, self._asked, self._text)
        buttons = self.query_one(Buttons)
        buttons.look, buttons.typing = self.look, self._field.has_focus
        buttons.repaint()

    # Asking

    def action_write(self) -> None:
        self._field.enter()

    def action_enter(self) -> None:
        """With something in the field it is sent: after Esc, Enter sends what Enter in the field did not."""
        if self._field.text.strip():
            self.send()
        else:
            self.action_write()

    @on(PromptField.Sent)
    def send(self) -> None:
        prompt = self._field.text.strip("\n")
        if not prompt.strip():
            self.say("play.nothing", "warn")
            return
        if any(column.side.running is not None for column in self.shown):
            self.say("play.runs", "warn")
            return
        if self.column.side.raw is not None:
            self._send_raw(prompt)
            return
        if not all(column.side.question.model for column in self.shown):
            self.say("play.no_model_yet", "warn")
            return
        self._earlier = [prompt, *(one for one in self._earlier if one != prompt)][:HISTORY]
        self._field.load_text("")
        for column in self.shown:
            request = column.side.ask(prompt)
            self._wanted(column.side.spoken[-1], request)
        self.again()

    def _send_raw(self, text: str) -> None:
        """JSON as it stands in the field; what is none is not sent."""
        side = self.column.side
        if side.raw is None:
            return
        try:
            found = json.loads(text)
        except ValueError as error:
            line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
            self.say("play.no_json", "bad", line=line, column=column)
            return
        body = json.dumps(found, ensure_ascii=False).encode("utf-8", "surrogatepass")
        request = AskRequest(side.raw.dialect, side.raw.path, body, side.question.credential)
        self._wanted_raw(side, request)

    def _wanted_raw(self, side: Side, request: AskRequest) -> None:
        side.ask_raw(request, self.look.words("play.edited"))
        self._wanted(side.spoken[-1], request)
        self.again()

    def _wanted(self, spoken: Spoken, request: AskRequest) -> None:
        self.post_message(self.AskWanted(self, spoken, request))

    def begun(self, spoken: Spoken, ask: AskId) -> None:
        spoken.ask = ask
        self.again()

    def refused(self, spoken: Spoken, sentence: str) -> None:
        spoken.refusal = self.look.said(sentence)
        self.again()

    @on(PromptField.Left)
    def left(self) -> None:
        self.first().focus()
        self.again()

    def on_descendant_focus(self) -> None:
        """A tap on a side makes it the one that is meant."""
        for at, column in enumerate(self._columns):
            if column.has_focus_within and at != self._active:
                self._turn_to(at)
        if self.snapshot.at:
            self.again()

    def action_stop(self) -> None:
        running = [column.side.running for column in self.shown if column.side.running is not None]
        for ask in running:
            self.post_message(self.StopWanted(ask))
        if not running:
            self.say("nothing.live")

    def action_ask_again(self) -> None:
        """The last prompt once more, in its place."""
        lasts = [column.side.last for column in self.shown]
        if not any(lasts) or any(column.side.running is not None for column in self.shown):
            self.say("play.nothing_before" if not any(lasts) else "play.runs", "warn")
            return
        prompt = next(last.prompt for last in lasts if last)
        for column in self.shown:
            if column.side.last is not None:
                column.side.spoken.pop()
            request = column.side.ask(prompt)
            self._wanted(column.side.spoken[-1], request)
        self.again()

    # Settings

    @on(Column.Tapped)
    def setting_tapped(self, event: Column.Tapped) -> None:
        event.stop()
        self._turn_to(self._columns.index(event.column))
        self._choose(event.setting) if event.setting else self.action_settings()

    def action_model(self) -> None:
        self._choose("model")

    def action_settings(self) -> None:
        rows = play.setting_rows(self.column.side.question, self.known, self.look)
        title = (
            self.look.words("play.settings_of", side="AB"[self._active])
            if self.two
            else self.look.words("play.settings")
        )
        self.app.push_screen(Pick(self.look, title, rows), lambda name: self._choose(name, back=True) if name else None)

    def _choose(self, name: str, *, back: bool = False) -> None:
        question = self.column.side.question
        value = getattr(question, name)
        now = "on" if value is True else str(value if value not in (None, False) else "")
        free = (now if name != "model" else "") if name in play.FREE else None
        title = self.look.words(f"play.set.{name}")
        screen = Pick(self.look, title, play.choices(name, self.known, self.look), now=now, free=free)
        self.app.push_screen(screen, lambda text: self._chosen(name, text, back=back))

    def _chosen(self, name: str, text: str | None, *, back: bool) -> None:
        if text is not None:
            try:
                self.column.side.change(**{name: play.read_value(name, text)})
            except ValueError:
                self.say("play.bad_value", "bad", name=self.look.words(f"play.set.{name}"), value=text[:40])
            self.again()
        if back:
            self.action_settings()

    def action_two(self) -> None:
        """Another side, which begins with the settings of the first."""
        self.toggle_class("-two")
        other = self._columns[1].side
        if self.two and not other.spoken:
            mine = self._columns[0].side
            other.question, other.kept = mine.question, dict(mine.kept)
        self._turn_to(1 if self.two else 0)
        self.again()

    def action_side(self, by: int) -> None:
        if self.two:
            self._turn_to((self._active + by) % 2)

    def _turn_to(self, at: int) -> None:
        self._active = at
        for index, column in enumerate(self._columns):
            column.set_class(index == at, "-active")
        if not self._field.has_focus and self.is_on_screen_now:
            self.column.view.focus()
        if self.snapshot.at:
            self.again()

    @property
    def is_on_screen_now(self) -> bool:
        return self.display and self.screen.focused is not None and self in self.screen.focused.ancestors

    def action_anew(self) -> None:
        """An empty conversation with the same settings."""
        if any(column.side.running is not None for column in self.shown):
            self.say("play.runs", "warn")
            return
        for column in self._columns:
            column.side.begin_anew()
        self._raw_field(on=False)
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
            self._field.enter()

    def action_difference(self) -> None:
        one, other = (column.side.last for column in self._columns)
        if self.two and one and other:
            self.post_message(self.DifferenceWanted(one, other))
            return
        spoken = self._columns[0].side.spoken
        if len(spoken) > 1:
            self.post_message(self.DifferenceWanted(spoken[-2], spoken[-1]))
        else:
            self.say("play.no_two", "warn")

    def action_fold(self) -> None:
        for column in self.shown:
            column.view.action_fold()

    @on(TappableLine.Tapped, "#play-buttons")
    def button(self, event: TappableLine.Tapped) -> None:
        event.stop()
        match event.name:
            case "send":
                self.send()
            case "settings":
                self.action_settings()
            case "two":
                self.action_two()
            case "anew":
                self.action_anew()
            case _:
                self.action_write()

    # From elsewhere

    def edit(self, request: AskRequest) -> None:
        """An earlier request, in the form, or as JSON where the form would lose something of it."""
        self._turn_to(0)
        side = self.column.side
        if found := question_of(request):
            self._raw_field(on=False)
            self._field.load_text(side.edit(*found))
        else:
            side.begin_anew()
            side.raw = request
            side.question = Question("", (), credential=CredentialId(request.credential))
            self._raw_field(on=True)
            self._field.load_text(shown_json(request))
        self.again()

    def follow(self, prompt: str, ask: AskId, request: AskRequest) -> None:
        """A question that was begun elsewhere: a resend."""
        self._turn_to(0)
        side = self.column.side
        side.begin_anew()
        self._raw_field(on=False)
        found = question_of(request)
        if found:
            side.question = found[0]
            prompt = side.edit(*found) or prompt
        side.spoken.append(Spoken(prompt, ask))
        self.again()

    def _raw_field(self, *, on: bool) -> None:
        self._field.several = on
        self.set_class(on, "-raw")

    def copy_text(self) -> tuple[str, str]:
        last = self.column.side.last
        return ("copy.answer", last.text) if last and last.text else super().copy_text()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "side":
            return self.two
        return True
