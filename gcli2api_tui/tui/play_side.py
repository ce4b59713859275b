"""One side of Play: what is asked with, and what was said. No widget, no words.

In: settings, prompts, how each question ended. Out: the next request, with all turns that went well before it. What an
edited request held beside the form stays in `kept` as long as its dialect does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gcli2api_tui.control.asked import AskedRow, AskId
from gcli2api_tui.control.question import AskRequest, Fields, Question, Turn, request_of
from gcli2api_tui.ledger.records import Page

Asked = Callable[[AskId], AskedRow | None]
AskedText = Callable[[AskId, int], Page]


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
                turns += [Turn("user", one.prompt), Turn("assistant", one.text)]
        return tuple(turns)

    def ask(self, prompt: str) -> AskRequest:
        """The next request; with it the prompt stands among what was said."""
        question = replace(self.question, turns=(*self.turns(), Turn("user", prompt)))
        self.spoken.append(Spoken(prompt))
        return request_of(question, self.kept)

    def ask_raw(self, request: AskRequest, prompt: str) -> AskRequest:
        self.spoken.append(Spoken(prompt))
        return request
