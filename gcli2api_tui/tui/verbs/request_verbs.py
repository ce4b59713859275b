"""What the Requests tab and Play ask for, done: stopping, exports, recordings, questions, differences of two answers.

A resend is asked about once, with the credentials to choose from, because it uses a request. A recording is begun
masked, or whole after a question.
"""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from textual import on

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.ledger.exchange_rows import Page
from gcli2api_tui.tui.app_messages import Command, KeepFilter
from gcli2api_tui.tui.verbs.screen_verbs import ScreenVerbs

if TYPE_CHECKING:
    from gcli2api_tui.control.question import AskRequest
    from gcli2api_tui.tui.paint.text_difference import Block
    from gcli2api_tui.tui.panes.play import Play
    from gcli2api_tui.tui.panes.requests import Requests
    from gcli2api_tui.tui.play_state import CompareAnswers, Spoken, StopAsking


class RequestVerbs(ScreenVerbs):
    reader: Reader

    def on_requests_stop_wanted(self, event: "Requests.StopWanted") -> None:
        self.ask(self.control.cancel_exchange(event.exchange))

    def on_requests_export_wanted(self, event: "Requests.ExportWanted") -> None:
        self.ask(self.control.export_exchanges(event.exchanges, event.form, private=self.look.private))

    @on(KeepFilter)
    def _keep_filter(self, event: KeepFilter) -> None:
        verb = self.control.keep_filter if event.kept else self.control.drop_filter
        self.ask(verb(event.text))

    # Recording, by name in the palette. That one runs stands on the first tab, whoever began it

    def commands(self) -> Iterator[Command]:
        yield from super().commands()
        words = self.look.words
        yield Command(words("record.masked"), "", self._record, changes=True)
        yield Command(words("record.whole"), "", self._record_whole, changes=True)
        yield Command(words("record.end"), "", lambda: self.ask(self.control.end_recording()), changes=True)

    def _record(self) -> None:
        self.ask(self.control.begin_recording("masked"))

    def _record_whole(self) -> None:
        from gcli2api_tui.tui.screens.menus import Confirm

        question = Confirm(self.look, self.look.words("record.question"))
        self.push_screen(question, lambda yes: self.ask(self.control.begin_recording("whole")) if yes else None)

    # Play

    async def _play(self) -> "Play":
        """That tab, opened."""
        return cast("Play", await self.open_tab("play"))

    def on_play_ask_wanted(self, event: "Play.AskWanted") -> None:
        self.beside(self._begin(event.pane, event.spoken, event.request))

    async def _begin(self, pane: "Play", spoken: "Spoken", request: "AskRequest") -> None:
        answer = await self.control.ask(request)
        if isinstance(answer, Refused):
            pane.refused(spoken, answer.sentence)
        else:
            pane.begun(spoken, answer)

    def on_stop_asking(self, event: "StopAsking") -> None:
        self.ask(self.control.stop_asking(event.ask))

    # From the Requests tab

    def on_requests_edit_wanted(self, event: "Requests.EditWanted") -> None:
        self.beside(self._edit(event.exchange))

    async def _edit(self, exchange: ExchangeId) -> None:
        from gcli2api_tui.control.question_from_request import LARGEST

        request = await self.reader.request_of(exchange)
        if isinstance(request, Refused):
            self.say(request.sentence, "bad")
        elif len(request.body) > LARGEST:
            self.say(self.look.words("play.too_large", id=exchange), "warn")
        else:
            (await self._play()).edit(request)

    def on_requests_resend_wanted(self, event: "Requests.ResendWanted") -> None:
        self.beside(self._offer_resend(event.exchange))

    async def _offer_resend(self, exchange: ExchangeId) -> None:
        from gcli2api_tui.tui.paint.play import credential_choices
        from gcli2api_tui.tui.screens.pick import Pick

        request = await self.reader.request_of(exchange)
        if isinstance(request, Refused):
            self.say(request.sentence, "bad")
            return
        words, choices = self.look.words, credential_choices(self.snapshot.credentials, self.look)
        screen = Pick(self.look, words("play.resend", id=exchange), choices, note=words("play.resend_on"))
        self.push_screen(screen, lambda chosen: self._resend_on(exchange, request, chosen))

    def _resend_on(self, exchange: ExchangeId, request: "AskRequest", chosen: str | None) -> None:
        if chosen is not None:
            self.beside(self._resend(exchange, request, CredentialId(chosen)))

    async def _resend(self, exchange: ExchangeId, request: "AskRequest", credential: CredentialId) -> None:
        answer = await self.control.resend(exchange, credential)
        if isinstance(answer, Refused):
            self.say(answer.sentence, "bad")
            return
        (await self._play()).follow(self.look.words("play.resent", id=exchange), answer, request)

    # Differences

    def on_compare_answers(self, event: "CompareAnswers") -> None:
        from gcli2api_tui.tui.paint.text_difference import Block

        sides = [[Block(self.look.words("diff.prompt"), one.prompt), Block(self.look.words("diff.answer"), one.text)]
                 for one in (event.one, event.other)]  # fmt: skip
        self.beside(self._show_changes(*sides))

    def on_requests_difference_wanted(self, event: "Requests.DifferenceWanted") -> None:
        """Of two whose texts are still kept."""
        pages = [(key, self.reader.transcript(key)) for key in (event.one, event.other)]
        for key, page in pages:
            if not page.passages:
                self.say(self.look.words("diff.kept", id=key), "warn")
                return
        self.beside(self._show_changes(*(self._blocks(page) for _, page in pages)))

    def _blocks(self, page: Page) -> "list[Block]":
        from gcli2api_tui.tui.paint.text_difference import Block

        word = self.look.words
        heads = {"prompt": word("diff.prompt"), "answer": word("diff.answer")}
        shown = [one for one in page.passages if one.kind != "thought"]
        return [Block(one.role or heads.get(one.kind, one.kind), one.text) for one in shown]

    async def _show_changes(self, one: "list[Block]", other: "list[Block]") -> None:
        """Long texts take long: in a thread."""
        from gcli2api_tui.tui.paint.text_difference import difference
        from gcli2api_tui.tui.screens.differences import Differences

        found = await asyncio.to_thread(difference, one, other, self.look)
        self.push_screen(Differences(self.look, self.look.words("diff.title"), found))
