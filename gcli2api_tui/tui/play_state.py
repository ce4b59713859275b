"""One side of Play: what is asked with, and what was said. No widget, no words.

In: settings, prompts, how each question ended. Out: the next request, with all turns that went well before it. What an
edited request held beside the form stays in `kept` as long as its dialect does.
"""

import json
from collections.abc import Callable
from dataclasses import field, replace

from textual.message import Message

from gcli2api_tui.control.question import AskedRow, AskRequest, Fields, Question, Turn, request_of
from gcli2api_tui.control.question_from_request import shown_json
from gcli2api_tui.events.ids import AskId
from gcli2api_tui.ledger.exchange_rows import Page
from gcli2api_tui.quick_dataclass import dataclass

Asked = Callable[[AskId], AskedRow | None]
AskedText = Callable[[AskId, int], Page]


@dataclass(frozen=True, slots=True)
class AskReads:
    """How a question stands, its answer for the screen from an offset on, and its whole answer for the next turn."""

    row: Asked
    text: AskedText
    said: Callable[[AskId], str]


@dataclass(slots=True)
class Spoken:
    """A prompt, and the question it became. `answer` is its text as far as it was read."""

    prompt: str
    ask: AskId | None = None
    refusal: str = ""
    row: AskedRow | None = None
    answer: list[str] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return bool(self.refusal) or (self.row is not None and self.row.ended)

    @property
    def text(self) -> str:
        return "".join(self.answer)


@dataclass(slots=True)
class Side:
    """`question` holds the settings; its turns are those that came before anything was asked here."""

    question: Question
    spoken: list[Spoken] = field(default_factory=list)
    kept: Fields = field(default_factory=dict)
    """Fields of an edited request."""
    raw: AskRequest | None = None
    """A request that is edited as JSON."""
    said: Callable[[AskId], str] | None = None
    """A whole answer as Google gave it: what privacy hides from the screen goes into the next turn all the same."""

    def change(self, **settings: object) -> None:
        before = self.question
        self.question = replace(before, **settings)  # type: ignore[arg-type]
        if self.question.dialect != before.dialect:
            self.kept = {}

    def begin_anew(self) -> None:
        """No turns, no fields of an earlier request; the settings stay."""
        self.question = replace(self.question, turns=())
        self.spoken, self.kept, self.raw = [], {}, None

    def edit(self, question: Question, fields: Fields) -> str:
        """Take over an earlier request; returns its last prompt, to be changed."""
        *before, last = question.turns
        asks = last.role == "user"
        self.question = replace(question, turns=tuple(before) if asks else question.turns)
        self.spoken, self.kept, self.raw = [], fields, None
        return last.text if asks else ""

    def read_again(self) -> None:
        """Answers are as they were read: by another reader they may be hidden."""
        for one in self.spoken:
            one.answer = []

    @property
    def last(self) -> Spoken | None:
        return self.spoken[-1] if self.spoken else None

    @property
    def running(self) -> AskId | None:
        return self.last.ask if self.last is not None and not self.last.ended else None

    def turns(self) -> tuple[Turn, ...]:
        """What was said before; of a question that failed nothing."""
        turns = list(self.question.turns)
        for one in self.spoken:
            if one.row is not None and one.row.state == "done":
                turns += [Turn("user", one.prompt), Turn("assistant", self._answer(one))]
        return tuple(turns)

    def _answer(self, one: Spoken) -> str:
        whole = self.said(one.ask) if self.said is not None and one.ask is not None else ""
        return whole or one.text

    def ask(self, prompt: str) -> AskRequest:
        """The next request; with it the prompt stands among what was said."""
        question = replace(self.question, turns=(*self.turns(), Turn("user", prompt)))
        self.spoken.append(Spoken(prompt))
        return request_of(question, self.kept)

    def take_back(self) -> str:
        """The last prompt, which is asked again in its place."""
        return self.spoken.pop().prompt

    def edit_json(self, request: AskRequest) -> str:
        """Take over a request that the form would lose something of; returns its body for an editor."""
        self.question = replace(self.question, model="", credential=request.credential)
        self.raw = request
        return shown_json(request)

    def ask_json(self, raw: AskRequest, text: str, shown: str) -> AskRequest:
        """The edited body as the next request. Raises ValueError where it is no JSON."""
        body = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "surrogatepass")
        self.raw = replace(raw, body=body, credential=self.question.credential)
        self.spoken.append(Spoken(shown))
        return self.raw


@dataclass(slots=True)
class Sides:
    """One side, or two that are asked the same; one of them is meant by settings and keys."""

    both: tuple[Side, Side]
    two: bool = False
    active: int = 0

    @property
    def chosen(self) -> Side:
        return self.both[self.active]

    @property
    def shown(self) -> tuple[Side, ...]:
        """Those that are asked."""
        return self.both if self.two else self.both[:1]

    @property
    def running(self) -> list[AskId]:
        return [side.running for side in self.shown if side.running is not None]

    @property
    def letters(self) -> tuple[str, str]:
        """What the two are called; none where there is one."""
        if not self.two:
            return "", ""
        return ("A*", "B") if self.active == 0 else ("A", "B*")

    def pair(self) -> tuple[Spoken, Spoken] | None:
        """What can be compared: the newest of both sides, else the two newest of the one."""
        found = [one for side in self.both for one in side.spoken[-1:]] if self.two else self.both[0].spoken[-2:]
        return (found[0], found[1]) if len(found) == 2 else None

    def toggle(self) -> None:
        """Another side begins with the settings of the first."""
        self.two = not self.two
        self.active = int(self.two)
        mine, other = self.both
        if self.two and not other.spoken:
            other.question, other.kept = mine.question, dict(mine.kept)

    def alone(self) -> Side:
        """The first one, empty."""
        self.two, self.active = False, 0
        self.both[0].begin_anew()
        return self.both[0]


class StopAsking(Message):
    """A person wants this answer stopped."""

    def __init__(self, ask: AskId) -> None:
        super().__init__()
        self.ask = ask


class CompareAnswers(Message):
    """Two prompts with their answers."""

    def __init__(self, one: Spoken, other: Spoken) -> None:
        super().__init__()
        self.one, self.other = one, other
