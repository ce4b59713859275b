"""Remembers thought signatures: for clients that do not send them back, and to know who made those that come back.

In: the stream parts of answers as they pass. Out: requests with the signatures that Google gave. Bounded in number,
size and age, the oldest goes first; what is kept on disk comes back at the start. A signature goes back by the route
and to the family of models that made it, and to no other: Google would call it corrupted.
"""

from collections.abc import Callable, Iterable, Mapping

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.gemini import signatures
from gcli2api_tui.gemini.stream_parts import BlobPart, CallPart, Signable
from gcli2api_tui.gemini.types import FunctionCall, GenerateRequest
from gcli2api_tui.pool.ports import Lease

MOST = 50_000
MOST_CHARACTERS = 32_000_000
"""One signature may be as long as a page: a phone has to hold them all."""
LONGEST_S = 7 * 86_400.0

Keep = Callable[[Mapping[str, str], float], None]
"""Store.put_signatures."""


class Signatures:
    """One per server."""

    def __init__(self, clock: Clock, keep: Keep | None = None, saved: Mapping[str, str] | None = None) -> None:
        self._clock = clock
        self._keep = keep
        self._known: dict[str, tuple[str, float]] = {}
        self._characters = 0
        # The store drops what is too old when it opens, and gives the oldest first.
        for key, signature in (saved or {}).items():
            self._put(key, signature)

    def learn(self, lease: Lease, request: GenerateRequest, signed: Iterable[Signable]) -> None:
        """Remember what Google signed in its answer to this request."""
        route, model = route_of(lease.credential), lease.model
        step, mine = signatures.step_to_come(request), signatures.origin(route, model)
        found: dict[str, str] = {}
        for part in signed:
            found[signatures.origin_key(part.signature)] = mine
            if isinstance(part, BlobPart):
                found[signatures.picture_key(route, model, part.data)] = part.signature
            elif isinstance(part, CallPart):
                call: FunctionCall = {"id": part.id, "name": part.name, "args": part.args}
                found |= dict.fromkeys(signatures.keys(route, model, call, step), part.signature)
        self._keep_all(found)

    def settled(
        self, lease: Lease, request: GenerateRequest, *, demanded: bool, repaired: bool = False
    ) -> GenerateRequest:
        """The request with every signature that we know for this route, and none of another.

        `demanded` where Google demands them of the model. One that was `repaired` keeps what the repair put in.
        """
        model, credential = lease.model, lease.credential

        def foreign(signature: str) -> bool:
            came_by = self.kept(signatures.origin_key(signature))
            return came_by != "" and came_by != signatures.origin(route_of(credential), model)

        def known(call: FunctionCall, step: int) -> str:
            found = map(self.kept, signatures.keys(route_of(credential), model, call, step))
            return next(filter(None, found), "")

        def drawn(data: str) -> str:
            return self.kept(signatures.picture_key(route_of(credential), model, data))

        if repaired:
            return signatures.native(request, foreign, demanded=demanded)
        return signatures.settled(request, known, foreign, demanded=demanded, drawn=drawn)

    def heard(self, key: str, signature: str) -> None:
        """Another instance has it from Google."""
        self._put(key, signature)

    def keep(self, key: str, value: str) -> None:
        """Remember something opaque of Google's, here and for later servers."""
        self._keep_all({key: value})

    def _keep_all(self, found: Mapping[str, str]) -> None:
        for key, value in found.items():
            self._put(key, value)
        if self._keep:
            self._keep(found, self._clock.now())

    def kept(self, key: str) -> str:
        """Empty where nothing is remembered under it."""
        signature, at = self._known.get(key, ("", 0.0))
        return signature if self._clock.now() - at < LONGEST_S else ""

    def _put(self, key: str, signature: str) -> None:
        known, now = self._known, self._clock.now()
        before = known.pop(key, None)
        known[key] = signature, now
        self._characters += len(signature) - (len(before[0]) if before else 0)
        while len(known) > MOST or self._characters > MOST_CHARACTERS:
            self._characters -= len(known.pop(next(iter(known)))[0])


def route_of(credential: Credential) -> str:
    """What a signature is bound to: two keys of one known project are one route, two people's sign-ins are two."""
    if credential.project and credential.kind is not Kind.OAUTH:
        return f"{credential.backend}/{credential.project}"
    return f"{credential.backend}#{credential.id}"
