"""Verbs on credentials that are more than a call of the registry: an import in one sentence, files with their secrets,
what was removed, and a question to Google that a stale token does not answer.

Out: Done or Refused; never an exception for what a file holds. Files with secrets are for the web page's download
alone. A refused token says nothing of the sign-in until it was renewed, once.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from gcli2api_tui.control.verb_results import Answer, Done, Refused, Trashed, refused
from gcli2api_tui.credentials.credential import Credential, Kind
from gcli2api_tui.credentials.export import Exported, exported
from gcli2api_tui.credentials.import_reader import ImportResult
from gcli2api_tui.credentials.registry import CredentialRegistry
from gcli2api_tui.credentials.trash import Removed
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import Message, joined, say
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.ports import Backend

T = TypeVar("T")
FIRST_CHECKED, FIRST_CHECK_S = 5, 6.0
"""How many keys of an import Google is asked about at once, and for how long a person waits for that."""

REFUSES = (FaultKind.NEEDS_LOGIN, FaultKind.AUTH, FaultKind.TERMS, FaultKind.PROJECT, FaultKind.FORBIDDEN)
"""What a check may find of a key that does not pass by itself."""


@dataclass(frozen=True, slots=True)
class Imports:
    pool: Pool
    backends: Mapping[str, Backend]

    async def added(self, importing: Awaitable[ImportResult]) -> Answer:
        try:
            result = await importing
        except Problem as problem:
            return refused(problem)
        return _told(result, await self._first_check(result.added))

    async def _first_check(self, added: Sequence[Credential]) -> list[Message]:
        """What Google refuses of keys that came just now, so that "added" never stands alone over a dead one."""
        keys = [one for one in added if one.kind in (Kind.API_KEY, Kind.VERTEX_EXPRESS)][:FIRST_CHECKED]
        said: list[Message] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_CHECK_S):
                for one in keys:
                    said += await self._refusal(one)
        return said

    async def _refusal(self, credential: Credential) -> list[Message]:
        """A sentence where only a person can help; what passes by itself is nobody's fault and not told."""
        if backend := self.backends.get(credential.backend):
            try:
                await backend.check(credential)
            except UpstreamFault as fault:
                if fault.kind in REFUSES:
                    self.pool.mark(credential.id, fault)
                    return [say("control.google_refuses", label=credential.label, said=fault.sentence)]
        return []


def _told(result: ImportResult, refusals: Sequence[Message]) -> Answer:
    """One sentence on an import; refused only when nothing was usable."""
    parts: list[Message] = []
    if result.added:
        parts.append(say("control.added", labels=", ".join(credential.label for credential in result.added)))
    if result.renewed:
        parts.append(say("control.renewed", labels=", ".join(credential.label for credential in result.renewed)))
    if result.duplicates:
        parts.append(say("control.already_there", labels=", ".join(result.duplicates)))
    if result.clients:
        parts.append(say("control.own_client", client=result.clients[-1]))
    parts.extend(refusal.sentence for refusal in result.refused)
    parts.extend(refusals)
    words = joined(*parts) or say("control.nothing_to_import")
    usable = result.added or result.renewed or result.duplicates or result.clients
    return Done(words, warned=bool(refusals)) if usable else Refused(words)


async def credential_files(registry: CredentialRegistry, wanted: Iterable[CredentialId]) -> Sequence[Exported]:
    held = [found for one in wanted if (found := registry.current(one)) is not None]
    named = [(one.credential, registry.file_of(one.credential.id)) for one in held]
    return await asyncio.to_thread(lambda: [exported(credential, name) for credential, name in named])


async def trashed(registry: CredentialRegistry) -> tuple[Trashed, ...]:
    return tuple(row_of(one) for one in await registry.removed())


def row_of(one: Removed) -> Trashed:
    credential = one.credential
    return Trashed(credential.id, credential.label, credential.kind.value, one.file, one.at)


async def with_a_good_token(backend: Backend, known: Credential, ask: Callable[[Credential], Awaitable[T]]) -> T:
    """Raises UpstreamFault."""
    try:
        return await ask(known)
    except UpstreamFault as fault:
        if fault.kind is not FaultKind.AUTH:
            raise
    await backend.renew(known)
    return await ask(known)
