"""The fault menu: what may go wrong, and what is lined up to go wrong next.

`push` lines a fault up; `take` hands out the first that matches a call, and forgets it after `count` uses.
A kind is either in REFUSALS (the call is answered with that error) or in SHAPES (the call succeeds, oddly).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field, replace
from typing import Any

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator import quota_refusals as quota
from gcli2api_tui.simulator import refusals
from gcli2api_tui.simulator.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What an error may have to name: the model, the project, the time, and the fault's own options."""

    model: str
    project: str
    now: float
    options: Mapping[str, Any]

    def seconds(self, default: float) -> float:
        return float(self.options.get("delay_s", default))


Make = Callable[[Circumstance], Refusal]

REFUSALS: Mapping[str, Make] = {
    "rate_limit": lambda c: quota.code_assist_quota("RATE_LIMIT_EXCEEDED", c.model, c.seconds(0.579276118), c.now),
    "quota_exhausted": lambda c: quota.code_assist_quota("QUOTA_EXHAUSTED", c.model, c.seconds(31447.2096), c.now),
    "individual_quota": lambda c: quota.individual_quota(c.model, c.seconds(33740.9), c.now),
    "capacity_429": lambda c: quota.no_capacity(c.model, 429, c.options.get("delay_s")),
    "capacity_503": lambda c: quota.no_capacity(c.model, 503, c.options.get("delay_s")),
    "no_credits": lambda c: quota.no_credits(c.model),
    "exhausted": lambda c: quota.exhausted(),
    "vertex_exhausted": lambda c: quota.vertex_exhausted(),
    "per_minute": lambda c: quota.developer_quota("PerMinute", c.model, _limit(c, 10), c.seconds(47.4)),
    "per_day": lambda c: quota.developer_quota("PerDay", c.model, _limit(c, 250), c.seconds(21847)),
    "limit_zero": lambda c: quota.developer_quota("PerDay", c.model, 0, c.seconds(47.4)),
    "invalid_argument": lambda c: refusals.invalid(),
    "precondition": lambda c: refusals.precondition(),
    "location": lambda c: refusals.precondition("User location is not supported for the API use."),
    "too_long": lambda c: refusals.invalid(
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
    ),
    "bad_signature": lambda c: refusals.invalid("Corrupted thought signature."),
    "unauthenticated": lambda c: refusals.unauthenticated(),
    "key_invalid": lambda c: refusals.bad_api_key(),
    "key_expired": lambda c: refusals.expired_api_key(),
    "key_leaked": lambda c: refusals.leaked_api_key(),
    "suspended": lambda c: refusals.suspended_consumer(),
    "unregistered": lambda c: refusals.unregistered_caller(),
    "permission_denied": lambda c: refusals.permission_denied(),
    "terms": lambda c: refusals.terms_violation(),
    "terms_older": lambda c: refusals.terms_violation(older=True),
    "validation": lambda c: refusals.validation_required(),
    "no_licence": lambda c: refusals.no_licence(),
    "service_disabled": lambda c: refusals.service_disabled(
        c.project, str(c.options.get("service", "cloudaicompanion.googleapis.com"))
    ),
    "wrong_project": lambda c: refusals.wrong_project(c.project),
    "security_policy": lambda c: refusals.security_policy(),
    "not_found": lambda c: refusals.not_found(),
    "cancelled": lambda c: refusals.cancelled(),
    "internal": lambda c: refusals.internal(),
    "overloaded": lambda c: refusals.overloaded(),
    "unavailable": lambda c: Refusal(503, "The service is currently unavailable."),
    "deadline": lambda c: refusals.deadline(),
}

SHAPES: Mapping[str, str] = {
    "hang_up": "the connection is closed before a status",
    "slow_first_byte": "the status comes after delay_s (30)",
    "slow_chunks": "delay_s (1) between events",
    "cut": "the connection ends after `after` (2) events, with no end of the body",
    "error_frame": "after `after` (2) events comes an event with the refusal `error` (overloaded), then the end",
    "no_finish": "the answer ends properly, with no finishReason",
    "empty": "an answer without text, finishReason `finish` (STOP)",
    "malformed_call": "finishReason MALFORMED_FUNCTION_CALL",
    "finish": "the answer ends with the finishReason `finish` (SAFETY)",
    "blocked": "no candidates, promptFeedback.blockReason `reason` (PROHIBITED_CONTENT)",
    "several_parts": "thought and text in one event",
    "coalesced": "all events in one packet",
    "split_character": "every event in two packets, cut inside its first multi-byte character",
    "tool_call": "a call of the first declared function, whatever the prompt says",
    "parallel_calls": "two calls in one event, only the first with a signature",
    "huge_event": "one event of `size` (1000000) characters",
    "gzip": "the body is compressed, whatever the client accepts",
    "page": "a page of whoever stands in between, with status 200, instead of the answer",
    "invalid_grant": "a refresh is refused: the sign-in is dead (method `refresh`)",
}


UNASKED = ("models.list", "retrieveUserQuota")
"""Clients call these by themselves in the background: only a fault that names the method hits them."""


@dataclass(slots=True)
class Fault:
    """A kind with its options, waiting for `count` calls that match; `skip` calls pass before the first."""

    kind: str
    credential: str | None = None
    model: str | None = None
    method: str | None = None
    count: int = 1
    skip: int = 0
    options: dict[str, Any] = field(default_factory=dict)

    def matches(self, credential: str, model: str, method: str, hop: int) -> bool:
        """The option `hop` means one hop of long answers."""
        if (self.method is None and method in UNASKED) or self.options.get("hop", hop) != hop:
            return False
        pairs = ((self.credential, credential), (self.model, model), (self.method, method))
        return all(wanted is None or wanted == actual for wanted, actual in pairs)

    def refusal(self, model: str, project: str, now: float) -> Refusal | None:
        """None for a shape. The option `legacy` adds the old `errors` list to any refusal."""
        return self._made(self.kind, model, project, now)

    def frame(self, model: str, project: str, now: float) -> Refusal:
        """What an error frame holds: the refusal that the option `error` names."""
        refusal = self._made(str(self.options.get("error", "overloaded")), model, project, now)
        assert refusal is not None
        return refusal

    def _made(self, kind: str, model: str, project: str, now: float) -> Refusal | None:
        make = REFUSALS.get(kind)
        refusal = make(Circumstance(model, project, now, self.options)) if make else None
        if refusal is not None and self.options.get("legacy"):
            refusal.legacy = True
        return refusal

    def option(self, name: str, default: float) -> float:
        return float(self.options.get(name, default))


class FaultMenu:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def push(
        self,
        kind: str,
        *,
        credential: str | None = None,
        model: str | None = None,
        method: str | None = None,
        count: int = 1,
        skip: int = 0,
        **options: object,
    ) -> None:
        """`credential` is an e-mail or an API key, `method` a last path word (`streamGenerateContent`, `token`)."""
        if kind not in REFUSALS and kind not in SHAPES:
            raise ValueError(f"no fault is called {kind!r}; there are: {', '.join((*REFUSALS, *SHAPES))}")
        if kind == "error_frame" and options.get("error", "overloaded") not in REFUSALS:
            raise ValueError(f"an error frame has no error {options['error']!r}; there are: {', '.join(REFUSALS)}")
        self._waiting.append(Fault(kind, credential, model, method, count, skip, options))

    def take(self, credential: str, model: str, method: str, hop: int = 1) -> Fault | None:
        for fault in self._waiting:
            if fault.matches(credential, model, method, hop):
                return self._used(fault)
        return None

    def line_up(self, faults: Iterable[Fault], count: int) -> tuple[Fault, ...]:
        """Copies of these, in front of all others, for so many calls each."""
        lined = tuple(replace(fault, count=count) for fault in faults)
        self._waiting[:0] = lined
        return lined

    def withdraw(self, faults: Collection[Fault]) -> None:
        self._waiting = [one for one in self._waiting if not any(one is fault for fault in faults)]

    def clear(self) -> None:
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def _used(self, fault: Fault) -> Fault | None:
        if fault.skip > 0:
            fault.skip -= 1
            return None
        fault.count -= 1
        if fault.count <= 0:
            self._waiting.remove(fault)
        return fault


def _limit(at: Circumstance, default: int) -> int:
    return int(at.options.get("limit", default))
