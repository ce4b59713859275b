"""Whose fault a refusal is, over all attempts of one request: the one place that reports refusals to the pool.

In: what Google answered on each lease, and what the request names. Out: reports to the pool, and what the client is
told. Invariants: a refusal without a known reason takes nobody out where the request names a thing, nor where a second
credential was refused with the same status and none served; every other credential is asked at most once for it.
"""

from collections.abc import Callable

from gcli2api_tui.events.problems import WAY_OUT, FaultKind, NoCredential, Problem, Proof, UpstreamFault
from gcli2api_tui.gemini.named import names_a_thing
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.pool.cooldown import PERSON
from gcli2api_tui.pool.ports import Lease

Report = Callable[[Lease, UpstreamFault], None]
"""Leases.failed, or less where the pool shall not hear all."""
Known = Callable[[str], bool]
"""Whether the catalogue has a model: any other is a thing of somebody's."""

_DOUBTFUL = PERSON | {FaultKind.MODEL}


class Blame:
    """One for each round of a request."""

    def __init__(self, request: GenerateRequest, model: str, known: Known, report: Report) -> None:
        self._request = request
        self._model = model
        self._known = known
        self._report = report
        self._names: bool | None = None
        self._held: list[tuple[Lease, UpstreamFault]] = []
        """Refusals in words never seen: whom they are about shows when the request is over."""
        self._about_things: list[UpstreamFault] = []

    def judged(self, fault: UpstreamFault) -> UpstreamFault:
        """The refusal as what it is for this request."""
        doubtful = fault.proof is not Proof.KNOWN and fault.kind in _DOUBTFUL
        return about_a_thing(fault) if doubtful and self._names_a_thing() else fault

    def failed(self, lease: Lease, fault: UpstreamFault) -> None:
        """An attempt has ended with a judged fault."""
        if fault.kind is FaultKind.RESOURCE:
            self._about_things.append(fault)
        elif fault.proof is Proof.NONE and fault.kind in _DOUBTFUL:
            self._held.append((lease, fault))
        else:
            self._report(lease, fault)

    def settle(self, *, served: bool) -> None:
        """The request is over. One that was served was well: those who refused it did so for themselves."""
        held, self._held = self._held, []
        for lease, fault in held:
            if served or not _is_repeated(fault, held):
                self._report(lease, fault)

    def told(self, last: UpstreamFault | None) -> UpstreamFault | None:
        """What the client hears of it: of several refusals about a thing the one that passes, before "not yours"."""
        if self._about_things:
            return min(self._about_things, key=lambda fault: fault.status != 400)
        if last and _is_repeated(last, self._held):
            return about_a_thing(last)
        return last

    def _names_a_thing(self) -> bool:
        if self._names is None:
            self._names = not self._known(self._model) or names_a_thing(self._request, self._model)
        return self._names


def about_a_thing(fault: UpstreamFault) -> UpstreamFault:
    """The same refusal, as one of this request."""
    kind = FaultKind.RESOURCE
    return UpstreamFault(
        kind, fault.message, status=fault.status, reason=fault.reason, link=fault.link, way_out=WAY_OUT[kind]
    )


def final(told: UpstreamFault | None, none_left: NoCredential) -> Problem:
    """Which of two truths the client gets: what Google said of the request, a known waiting time, what it said last."""
    if told is None or (told.kind is not FaultKind.RESOURCE and none_left.retry_after_s is not None):
        return none_left
    return told


def _is_repeated(fault: UpstreamFault, held: list[tuple[Lease, UpstreamFault]]) -> bool:
    """Whether a second credential was refused in the same way."""
    alike = {lease.credential.id for lease, one in held if one.status == fault.status}
    return fault.proof is Proof.NONE and len(alike) > 1
