"""Questions to Google beside requests: a token that Google ended before its time says nothing of the sign-in.

In: a backend, a credential, a question. Out: the answer; of a refused token only after it was renewed, once.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.upstream.ports import Backend

T = TypeVar("T")


async def with_a_good_token(backend: Backend, known: Credential, ask: Callable[[Credential], Awaitable[T]]) -> T:
    """Raises UpstreamFault."""
    try:
        return await ask(known)
    except UpstreamFault as fault:
        if fault.kind is not FaultKind.AUTH:
            raise
    await backend.renew(known)
    return await ask(known)
