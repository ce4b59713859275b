"""The pool as the relay sees it. Synchronous, in memory; opens no socket.

A request costs the same however many credentials there are, as long as one is ready; a refusal looks at all.
"""

from collections.abc import Collection
from typing import Protocol

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass

Ids = Collection[CredentialId]
Group = frozenset[CredentialId] | None
"""The credentials that may serve whoever asks; None for all. Nobody leases without saying for whom."""
ALL: Group = None
ANY = CredentialId("")
BEGINS = "begins:"
"""Before an affinity: the conversation begins with this request. It is remembered, and there is nothing to follow."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to use one credential for one model once. Release it exactly once."""

    number: int
    credential: Credential
    model: str
    reason: Message
    """Why this credential: a sentence for people."""


@dataclass(frozen=True, slots=True)
class RemainingQuota:
    """Requests a day for one model, over all credentials that may serve it."""

    limit: int
    remaining: int
    resets_in_s: float
    """Until all of it is there again."""


class Leases(Protocol):
    """Which credential next."""

    def lease(
        self,
        model: str,
        backends: Collection[str],
        group: Group,
        *,
        tried: Ids = (),
        affinity: str = "",
        only: CredentialId = ANY,
    ) -> Lease:
        """Choose among those of the group, and count in flight.

        Raises NoCredential, with the true waiting time where one is known; ClientFault when nobody has the model.

        `affinity` names the conversation: it stays on its credential while that one is ready.
        `only`: this one and no other, because what the request names is bound to it.
        """
        ...

    def succeeded(self, lease: Lease) -> None:
        """The attempt served a request: count it, clear what a success disproves. Does not release."""
        ...

    def charged(self, lease: Lease) -> None:
        """Google began to answer and did not come to the end: the request counts, and proves nothing."""
        ...

    def failed(self, lease: Lease, fault: UpstreamFault) -> None:
        """The attempt failed: cool down, mark or ignore, by the fault's kind. Does not release."""
        ...

    def doubted(self, lease: Lease, message: Message) -> None:
        """Google answered, and said something against the account: shown on it, and others are preferred for a while.

        Nothing is refused for it, and the next success disproves it.
        """
        ...

    def remaining_quota(self, model: str, backends: Collection[str], group: Group) -> RemainingQuota | None:
        """What is left today; None unless it is known for every credential that may serve the model."""
        ...

    def release(self, lease: Lease) -> None:
        """Give the place back; a second call does nothing."""
        ...
