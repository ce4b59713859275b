"""What lies behind the demo when it opens: an hour of requests with prompts and answers, and four weeks of usage.

In: a ledger, a store, who is who, the time, a seed. Out: the same events and rows that real requests leave, told in the
order of their times through the same doors; nothing is painted. Requests of today add up to the counts of the pool.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from gcli2api_tui.events import records as events
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import THE_CLIENT_KEY, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_rows import TranscriptKind
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.messages.message import Message, quoted, say
from gcli2api_tui.pacific_time import pacific_day
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.client_program import told_by
from gcli2api_tui.simulator.demo_world import ALICE, BOB, CAROL, FLASH, LITE, PRO, USED_TODAY, VOICE
from gcli2api_tui.simulator.quota_refusals import code_assist_quota, no_capacity
from gcli2api_tui.simulator.refusals import overloaded
from gcli2api_tui.simulator.texts import ANSWERS, LOG, thoughts
from gcli2api_tui.simulator.traffic import FAKE, Program, Protocol, Question, questions
from gcli2api_tui.simulator.usage import tokens
from gcli2api_tui.state.ports import DayUsage, Store
from gcli2api_tui.state.usage_by_day import without_version

HOUR_S = 3600.0
PER_MINUTE, SWING = 7.0, 4.5
"""The hour has two busy spells."""
DAYS = 28
QUIET_AT_WEEKENDS = 0.35
PIECE = 90
"""Characters that come at once."""
MILLION = 1_036_288
"""Tokens of the longest prompt."""
OFTEN, SELDOM, REST_S = 0.07, 0.02, 41.0
"""How likely each refusal is, and for how long who refused it rests."""

SERVING = {"alice@example.com": 34, BOB: 28, "vertex": 16, "work": 16, "carol@example.com": 6}
"""Who served how much of the last hour."""
PATHS: Mapping[Protocol, tuple[str, str]] = {
    "chat": ("openai-chat", "/v1/chat/completions"),
    "responses": ("openai-responses", "/v1/responses"),
    "messages": ("anthropic-messages", "/v1/messages"),
    "gemini": ("gemini", "/v1beta/models/{model}"),
}

People = Mapping[str, CredentialId]
"""Label → id."""


class Moment(NamedTuple):
    """An event, and the text that came until then; `number` keeps those of one time in their order."""

    at: float
    number: int
    event: events.Event
    prompt: str = ""
    spoken: tuple[tuple[TranscriptKind, str, float], ...] = ()
    """What was said, and when."""


@dataclass(frozen=True, slots=True)
class Past:
    """`people` are all credentials that have served."""

    ledger: Ledger
    store: Store
    people: People
    now: float
    seed: int

    def tell(self) -> None:
        """The hour into the ledger, which keeps it; the weeks before into the store."""
        moments = sorted(self._hour(), key=lambda one: (one.at, one.number))
        texts = self.ledger.transcripts
        opened = {}
        for moment in moments:
            self.ledger.record(moment.event)
            if isinstance(moment.event, events.ExchangeOpened):
                opened[moment.event.exchange] = texts.open(moment.event.exchange)
                opened[moment.event.exchange].prompt((("user", moment.prompt),))
            elif isinstance(moment.event, events.Progress):
                for kind, text, at in moment.spoken:
                    opened[moment.event.exchange].add(kind, text, at)
        for row in self._weeks():
            self.store.add_usage(row)

    def _hour(self) -> Iterator[Moment]:
        chance = random.Random(f"{self.seed}|hour")
        asking = questions(chance)
        for number, at in enumerate(_times(chance, self.now)):
            asked = next(asking)
            served_by = chance.choices(tuple(SERVING), tuple(SERVING.values()))[0]
            one = Exchange(self.ledger.next_exchange(), number * 100, at, asked, served_by, self.people)
            yield from one.moments(chance)

    def _weeks(self) -> Iterator[DayUsage]:
        """Rows as they would have added up: programs keep to their habits, and weekends are quiet."""
        chance = random.Random(f"{self.seed}|weeks")
        today = date.fromisoformat(pacific_day(self.now))
        for back in range(1, DAYS):
            day = today - timedelta(days=back)
            busy = QUIET_AT_WEEKENDS if day.weekday() >= 5 else 1.0
            for program, model, label, share in HABITS:
                count = round(share * busy * chance.uniform(0.5, 1.4))
                if count:
                    yield self._day(day.isoformat(), program, model, label, count, chance)
        yield from self._morning(today.isoformat(), chance)

    def _morning(self, today: str, chance: random.Random) -> Iterator[DayUsage]:
        """What the pool has counted today and the hour does not hold."""
        rows = self.ledger.snapshot().exchanges
        told = Counter((hop.label, _plain(row.model)) for row in rows for hop in row.hops[-1:])
        for label, morning in USED_TODAY.items():
            for model, used in morning.used.items():
                left = used - told[label, model]
                program = HABITS[(len(label) + len(model)) % len(HABITS)][0]
                if left > 0 and label in self.people:
                    yield self._day(today, program, model, label, left, chance)

    def _day(self, day: str, program: str, model: str, label: str, count: int, chance: random.Random) -> DayUsage:
        tokens_in = count * chance.randint(1_100, 5_200)
        return DayUsage(
            day, model, THE_CLIENT_KEY, without_version(program), self.people[label], count,
            failures=round(count * chance.uniform(0.0, 0.03)), tokens_in=tokens_in,
            cached=round(tokens_in * chance.uniform(0.05, 0.45)), thoughts=count * chance.randint(40, 420),
            tokens_out=count * chance.randint(240, 700),
        )  # fmt: skip


HABITS = (
    ("Cursor", PRO, "alice@example.com", 120),
    ("Cursor", FLASH, BOB, 90),
    ("Claude Code", PRO, BOB, 160),
    ("Claude Code", FLASH, "work", 70),
    ("Codex", PRO, "work", 45),
    ("Gemini CLI", FLASH, "vertex", 80),
    ("Cherry Studio", FLASH, "alice@example.com", 40),
    ("SillyTavern", PRO, "hobby", 60),
    ("OpenAI/Python", LITE, "hobby", 110),
    ("curl", FLASH, "carol@example.com", 8),
)
"""(program, model, credential, requests on a working day)"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as its events, from the opening to the end."""

    id: ExchangeId
    number: int
    at: float
    asked: Question
    served_by: str
    people: People

    def moments(self, chance: random.Random) -> Iterator[Moment]:
        dialect, path = PATHS[self.asked.program.protocol]
        yield self._moment(
            self.at, 0,
            events.ExchangeOpened(
                self.at, self.id, dialect, path.format(model=self.asked.model), self.asked.model, self.asked.stream,
                _name(self.asked.program), "127.0.0.1", THE_CLIENT_KEY, fake=self.asked.model.startswith(FAKE),
            ),
            prompt=self.asked.text,
        )  # fmt: skip
        at, tried = self.at + 0.01, 1
        for refused in refusals(chance, _plain(self.asked.model), self.served_by, self.at):
            if refused.label in self.people:
                yield from self._attempt(at, tried, refused.label, _by_quota(chance))
                at += refused.after_s
                yield from self._refused(at, tried, refused.label, refused.kind, refused.said, refused.rests_s)
                tried += 1
        if chance.random() < 0.014:
            yield from self._failed(at, tried, chance)
            return
        yield from self._answered(at, tried, chance)

    def _attempt(self, at: float, number: int, label: str, reason: Message) -> Iterator[Moment]:
        model = _plain(self.asked.model)
        started = events.AttemptStarted(at, self.id, number, self.people[label], label, model, reason)
        yield self._moment(at, number * 10, started)

    def _refused(
        self, at: float, number: int, label: str, kind: FaultKind, said: str, rests_s: float
    ) -> Iterator[Moment]:
        who, words = self.people[label], quoted(said)
        status = 503 if kind is FaultKind.CAPACITY else 429
        yield self._moment(at, number * 10 + 1, events.AttemptEnded(at, self.id, who, status, kind, words, rests_s))
        if rests_s:
            model = _plain(self.asked.model)
            rest = events.CooldownSet(at, who, label, model, at + rests_s, words)
            yield self._moment(at, number * 10 + 2, rest)

    def _answered(self, at: float, number: int, chance: random.Random) -> Iterator[Moment]:
        label, model = self.served_by, _plain(self.asked.model)
        yield from self._attempt(at, number, label, _by_quota(chance))
        first = at + chance.uniform(0.4, 1.7)
        yield self._moment(first, 80, events.FirstByte(first, self.id))
        answer = ANSWERS[self.asked.text]
        thought = "\n\n".join(thoughts(str(self.id), self.asked.text)) if self.asked.thinking else ""
        share = chance.uniform(0.1, 0.5) if self.asked.leaves_early else 1.0
        said = answer[: int(len(answer) * share)]
        takes_s = VOICE.takes_s(model, said + thought)
        middle, end = first + takes_s / 2, first + takes_s
        spoken = tuple(in_pieces(thought, said, first, takes_s))
        yield Moment(middle, self.number + 81, events.Progress(middle, self.id, tokens(said) // 2), spoken=spoken)
        if self.asked.leaves_early:
            yield self._moment(end, 82, events.ExchangeCancelled(end, self.id))
            return
        prompt = MILLION if self.asked.text == LOG else chance.choice((180, 640, 2_100, 5_400, 11_800))
        usage = Usage(prompt, round(prompt * chance.choice((0, 0, 0.4, 0.8))), tokens(said), 3 * tokens(thought))
        served = events.AttemptEnded(end, self.id, self.people[label], 200)
        yield self._moment(end, 82, served)
        if self.asked.stream and chance.random() < 0.02:
            broke = events.ExchangeFailed(end, self.id, 200, FaultKind.SERVER.value, say("google.cut"))
            yield self._moment(end, 83, broke)
        else:
            yield self._moment(end, 83, events.ExchangeFinished(end, self.id, usage, "stop"))

    def _failed(self, at: float, number: int, chance: random.Random) -> Iterator[Moment]:
        """Nobody else could help."""
        words = overloaded().message
        yield from self._attempt(at, number, self.served_by, _by_quota(chance))
        end = at + chance.uniform(0.3, 1.4)
        yield from self._refused(end, number, self.served_by, FaultKind.CAPACITY, words, 0.0)
        yield self._moment(end, 90, events.ExchangeFailed(end, self.id, 503, FaultKind.CAPACITY.value, quoted(words)))

    def _moment(self, at: float, number: int, event: events.Event, prompt: str = "") -> Moment:
        return Moment(at, self.number + number, event, prompt)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`label` said no after so long, and rests a while."""

    label: str
    kind: FaultKind
    said: str
    after_s: float
    rests_s: float = 0.0


def refusals(chance: random.Random, model: str, served_by: str, now: float) -> list[Refusal]:
    found: list[Refusal] = []
    if served_by != CAROL and chance.random() < OFTEN:
        said = code_assist_quota("RATE_LIMIT_EXCEEDED", model, REST_S, now).message
        found.append(Refusal(CAROL, FaultKind.RATE, said, chance.uniform(0.15, 0.5), REST_S))
    if served_by != ALICE and model != FLASH and chance.random() < SELDOM:
        said = no_capacity(model, 503).message
        found.append(Refusal(ALICE, FaultKind.CAPACITY, said, chance.uniform(0.3, 0.9)))
    return found


def in_pieces(thought: str, answer: str, first: float, takes_s: float) -> Iterator[tuple[TranscriptKind, str, float]]:
    """As Google streams them: a few words at a time, as fast as they are said."""
    spoken, whole = 0, len(thought) + len(answer)
    said: tuple[tuple[TranscriptKind, str], ...] = (("thought", thought), ("answer", answer))
    for kind, text in said:
        for start in range(0, len(text), PIECE):
            yield kind, text[start : start + PIECE], first + takes_s * spoken / whole
            spoken += min(PIECE, len(text) - start)


def _by_quota(chance: random.Random) -> Message:
    used = say("why.used", used=chance.randint(40, 600))
    return say("why.by_quota", ready=chance.randint(4, 6), left="", used=used, busy=chance.randint(0, 1))


def _times(chance: random.Random, now: float) -> Iterator[float]:
    """When somebody asked in the last hour; the last of them is over by now."""
    at = now - HOUR_S
    while True:
        phase = (now - at) / HOUR_S
        rate = PER_MINUTE + SWING * math.sin(phase * 4 * math.pi)
        at += chance.expovariate(rate / 60)
        if at > now - 50:
            return
        yield at


def _plain(model: str) -> str:
    return model.rpartition("/")[2]


def _name(program: Program) -> str:
    return told_by((("user-agent", program.agent),))
