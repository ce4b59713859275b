"""The port that all backends fit: `gemini-api`, `vertex`, `code-assist`.

A backend speaks to Google with the credential it is given and chooses none. Every failure leaves it as an
UpstreamFault that `classify` has named; foreign exceptions do not pass.
"""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.gemini.model_discovery import DiscoveredModel
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ModelQuota:
    """Google's own figure for one model. `remaining` is a share 0..1; `limit` is known only sometimes."""

    model: str
    remaining: float
    resets_at: float | None
    limit: int | None = None


class Backend(Protocol):
    """One side of Google."""

    name: str

    def stream(
        self, credential: Credential, model: str, request: GenerateRequest
    ) -> AbstractAsyncContextManager[AsyncIterator[Sequence[GenerateResponse]]]:
        """Open a streaming generation. Entering sends the request and raises UpstreamFault on a refusal.

        Iterating gives, per read from the network, all events that were complete by then (never an empty list).
        An error frame inside the stream or a cut raises UpstreamFault. Leaving closes the connection at once.
        """
        ...

    async def generate(self, credential: Credential, model: str, request: GenerateRequest) -> GenerateResponse:
        """One whole answer."""
        ...

    async def count_tokens(self, credential: Credential, model: str, body: GenerateRequest) -> dict[str, object]:
        """Google's own count of a request, as Google gives it (`totalTokens`, …); uses no quota of generations."""
        ...

    async def embed(self, credential: Credential, model: str, method: str, body: GenerateRequest) -> dict[str, object]:
        """`embedContent` or `batchEmbedContents`; raises UpstreamFault(CLIENT) where the backend has no embeddings."""
        ...

    async def renew(self, credential: Credential) -> None:
        """After a 401: get a new access token, one refresh for all who ask at once.

        Raises UpstreamFault(NEEDS_LOGIN) when the refresh token is dead; for keys, at once.
        """
        ...

    async def check(self, credential: Credential) -> Message:
        """Prove that the credential works without using quota where possible; returns a line for people."""
        ...

    async def quota(self, credential: Credential) -> Sequence[ModelQuota]:
        """Google's own figures; empty where the backend has none to give."""
        ...


class Events(Protocol):
    """Bytes of a stream become events."""

    def feed(self, received: bytes) -> list[dict[str, object]]:
        """Those that these bytes complete."""
        ...


class OpenedAnswer(Protocol):
    """Google's good answer to a request that is passed on, whose body may still come. Close it, or read it."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in any case."""
        ...

    def reads(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes; closes at its end."""
        ...

    def events(self) -> Events:
        """What makes events of it."""
        ...

    async def json(self) -> dict[str, object]:
        """The body; an empty one is an empty object."""
        ...

    async def aclose(self) -> None: ...


class Things(Protocol):
    """The Gemini API's files, cached contents and interactions. Failures are UpstreamFaults, as everywhere."""

    async def ask(
        self, credential: Credential, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        """A question in JSON."""
        ...

    async def open(
        self,
        credential: Credential,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: AsyncIterable[bytes] | Mapping[str, object] | bytes | None = None,
    ) -> OpenedAnswer:
        """Anything else; content may still be arriving, or is JSON. A whole address for `path` gets no key."""
        ...


@runtime_checkable
class ListsModels(Protocol):
    """A backend that can say which models a credential sees; `vertex` cannot."""

    describes_models: bool
    """Its list holds sizes and methods, so that models nobody here knows can be served."""

    async def offered(self, credential: Credential) -> Sequence[DiscoveredModel]:
        """All that the credential sees, without using quota of generations. Raises UpstreamFault."""
        ...
