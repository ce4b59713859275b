"""Remembers thought signatures for clients that do not send them back; most speak dialects without a place for them.

In: the pieces of answers as they pass. Out: requests with the signatures that Google gave. Bounded in number, size
and age, the oldest goes first; what is kept on disk comes back at the start. A signature is never given to another
backend or family of models: Google would call it corrupted.
"""

from collections.abc import Callable, Iterable, Mapping

from gcli2api_tui.clock import Clock
from gcli2api_tui.gemini import signatures
from gcli2api_tui.gemini.pieces import CallPiece, Piece
from gcli2api_tui.gemini.types import FunctionCall, GenerateRequest
from gcli2api_tui.pool.ports import Lease

MOST = 50_000
MOST_CHARACTERS = 32_000_000
"""One signature may be as long as a page: a phone has to hold them all."""
LONGEST_S = 7 * 86_400.0

Keep = Callable[[str, str, float], None]
"""Store.put_signature."""


class Signatures:
    """One per server. `signs` says of a model's id whether Google demands signatures of it."""

    def __init__(
        self,
        clock: Clock,
        signs: Callable[[str], bool],
        keep: Keep | None = None,
        saved: Mapping[str, str] | None = None,
    ) -> None:
        self._clock = clock
        self._signs = signs
        self._keep = keep
        self._known: dict[str, tuple[str, float]] = {}
        self._characters = 0
        # The store drops what is too old when it opens, and gives the oldest first.
        for key, signature in (saved or {}).items():
            self._put(key, signature)

    def learn(self, lease: Lease, request: GenerateRequest, pieces: Iterable[Piece]) -> None:
        """Remember what Google signed in its answer to this request."""
        signed = [piece for piece in pieces if isinstance(piece, CallPiece) and piece.signature]
        if not signed or not self._signs(lease.model):
            return
        step = signatures.step_to_come(request)
        for piece in signed:
            call: FunctionCall = {"id": piece.id, "name": piece.name, "args": piece.args}
            for key in signatures.keys(lease.credential.backend, lease.model, call, step):
                self._put(key, piece.signature)
                if self._keep:
                    self._keep(key, piece.signature, self._clock.now())

    def attached(self, lease: Lease, request: GenerateRequest) -> GenerateRequest:
        """The request with every signature that it needs and we know."""
        if not self._signs(lease.model):
            return request

        def known(call: FunctionCall, step: int) -> str:
            found = map(self._get, signatures.keys(lease.credential.backend, lease.model, call, step))
            return next(filter(None, found), "")

        return signatures.attached(request, known)

    def _get(self, key: str) -> str:
        signature, at = self._known.get(key, ("", 0.0))
        return signature if self._clock.now() - at < LONGEST_S else ""

    def _put(self, key: str, signature: str) -> None:
        self._drop(key)
        self._known[key] = signature, self._clock.now()
        self._characters += len(signature)
        while len(self._known) > MOST or self._characters > MOST_CHARACTERS:
            self._drop(next(iter(self._known)))

    def _drop(self, key: str) -> None:
        signature, _ = self._known.pop(key, ("", 0.0))
        self._characters -= len(signature)
