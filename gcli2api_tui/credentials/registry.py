"""The one owner of the credentials: memory that answers at once, and the vault's files behind it in one thread.

In: imports, sign-ins, renewed tokens, a person's decisions, what others do in the folder. Out: `current`, and what
happened, to the follower. Work on the files goes one at a time and is followed in memory before the next begins. A
secret is exchanged only for one that was made from it: a renewal that ends after a new sign-in loses, in memory by the
version that was read, on the disk by the secret that stands in the file. A disk that refuses takes nobody out.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeVar

from gcli2api_tui.credentials.credential import Credential, OAuthClient, OAuthTokens
from gcli2api_tui.credentials.disk_thread import Worker
from gcli2api_tui.credentials.identity import merged
from gcli2api_tui.credentials.import_reader import Found, ImportResult, joined_results, read_bytes, read_path
from gcli2api_tui.credentials.ports import Follower, Held
from gcli2api_tui.credentials.trash import Removed
from gcli2api_tui.credentials.vault import AT_ONCE, Vault
from gcli2api_tui.credentials.watched_folder import Changes
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.paths import expanded
from gcli2api_tui.tasks import spawn, to_its_end

LATEST_S = 10.0
"""Of a thread that is never idle no news comes: look all the same."""

LAST_S = 2.0
"""For what is still to be written when the program ends."""

T = TypeVar("T")


class CredentialRegistry:
    """One for each runtime; everything but `start` runs on its loop and waits for no disk there."""

    def __init__(self, vault: Vault, follower: Follower) -> None:
        self._vault = vault
        self._follower = follower
        self._worker = Worker("credentials")
        self._turn = asyncio.Lock()
        self._held: dict[CredentialId, Held] = {}
        self._versions = count(1)
        """Of all secrets: one that went and came back is another one."""
        self._filed: dict[CredentialId, Credential] = {}
        """What stands in the files, as far as we were told."""
        self._unwritten: dict[CredentialId, None] = {}
        self._writing: asyncio.Task[None] | None = None
        self._trouble = NOTHING
        self._refused = NOTHING

    # To look: at once

    def current(self, identity: CredentialId) -> Held | None:
        return self._held.get(identity)

    def file_of(self, identity: CredentialId) -> str:
        return self._vault.file_of(identity)

    @property
    def unsettled(self) -> bool:
        """Somebody may be writing a file just now: look again soon."""
        return self._vault.unsettled

    # What Google says: true at once, on file soon

    def renewed(self, read: Held, tokens: OAuthTokens) -> OAuthTokens:
        held = self._held.get(read.credential.id)
        if held is None:
            return tokens
        if held.version != read.version and isinstance(held.credential.secret, OAuthTokens):
            return held.credential.secret
        self._set(replace(held.credential, secret=tokens))
        self._follower.refreshed(held.credential, tokens.expires_at)
        self._write_soon(read.credential.id)
        return tokens

    def project_found(self, identity: CredentialId, project: str) -> None:
        if held := self._held.get(identity):
            self._learn(replace(held.credential, project=project))

    def tier_found(self, identity: CredentialId, tier: str) -> None:
        if held := self._held.get(identity):
            self._learn(replace(held.credential, tier=tier))

    def _learn(self, wanted: Credential) -> None:
        if wanted != self._held[wanted.id].credential:
            self._set(wanted)
            self._write_soon(wanted.id)

    # What people do: on file first. All raise Problem when the disk refuses, and then nothing has changed.

    def start(self) -> None:
        """Read the files, before anything is served; this one blocks."""
        credentials, refused = self._vault.load()
        for credential in credentials:
            self._join(credential)
        for refusal in refused:
            self._follower.said("warning", refusal.sentence)

    async def add_bytes(self, data: bytes, name: str, client: OAuthClient) -> ImportResult:
        """Import a file's content: a ZIP, JSON or keys."""
        return await self.add(await self._worker.run(lambda: read_bytes(data, name, client)))

    async def add_path(
        self, path: str, client: OAuthClient, read: Callable[[Path, OAuthClient], Found] = read_path
    ) -> ImportResult:
        """Import a file or a folder; `~` is the person's home."""
        where = expanded(path)
        return await self.add(await self._worker.run(lambda: read(where, client)))

    async def add(self, found: Found) -> ImportResult:
        """Keep what an import found. Others get their turn between its parts."""
        listed, parts = found.credentials, []
        for first in range(0, len(listed), AT_ONCE):
            parts.append(await self._in_turn(self._add(listed[first : first + AT_ONCE])))
        result = joined_results(parts)
        clients = await self._worker.run(lambda: self._vault.keep_clients(found)) if found.clients else ()
        return replace(result, refused=found.refused + result.refused, clients=clients)

    async def sign_in(self, credential: Credential, local: bool = False) -> ImportResult:
        """A new sign-in; one of an account that is known brings its credentials back to life."""
        return await self._in_turn(self._sign_in(credential, local))

    async def update(self, read: Held, wanted: Credential, change: Message) -> Credential:
        """A person's change to what was read; what happened to it meanwhile stays. `change` says it to people."""
        return await self._in_turn(self._update(read, wanted, change))

    async def remove(self, identity: CredentialId) -> Credential:
        """Its file goes to trash/."""
        return await self._in_turn(self._remove(identity))

    async def restore(self, identity: CredentialId) -> Credential:
        """Back from trash/."""
        return await self._in_turn(self._restore(identity))

    async def removed(self) -> tuple[Removed, ...]:
        """What trash/ holds."""
        return await self._worker.run(self._vault.removed)

    async def news(self, every_s: float) -> None:
        """Until a `rescan` may find something: the thread looks at the folder every so often, and the loop sleeps."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LATEST_S):
                await self._worker.until(lambda: bool(self._unwritten) or self._vault.moved(), every_s)

    async def rescan(self) -> None:
        """Follow what others did to the folder, and write what could not be written before."""
        await self._in_turn(self._rescan())

    async def close(self) -> None:
        """Write what waits, for a moment; a disk that hangs is not waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                await self._in_turn(self._write_all())
        self._worker.close()

    # One after the other

    async def _in_turn(self, work: Coroutine[object, None, T]) -> T:
        """What has begun on the disk is followed in memory, also when whoever asked for it has gone."""
        return await to_its_end("credentials", self._turned(work))

    async def _turned(self, work: Coroutine[object, None, T]) -> T:
        try:
            async with self._turn:
                return await work
        finally:
            work.close()  # where its turn never came

    async def _add(self, credentials: tuple[Credential, ...]) -> ImportResult:
        result = await self._worker.run(lambda: self._vault.add(credentials))
        for credential in result.added:
            self._follow(self._base(credential), credential)
        for credential in result.renewed:
            self._revive(credential)
        return result

    async def _sign_in(self, credential: Credential, local: bool) -> ImportResult:
        result = await self._worker.run(lambda: self._vault.sign_in(credential, local=local))
        for known in result.renewed:
            self._revive(known)
        for added in result.added:
            self._follow(self._base(added), added)
        return result

    async def _update(self, read: Held, wanted: Credential, change: Message) -> Credential:
        held = self._held.get(wanted.id)
        if held is None:
            raise Problem(say("vault.none_such"), say("vault.list"))
        if wanted.secret != read.credential.secret and held.version != read.version:
            raise Problem(say("vault.exchanged"), say("vault.look_again"))
        sent = merged(read.credential, wanted, held.credential)
        kept = await self._worker.run(lambda: self._vault.update(sent))
        return self._follow(held.credential, kept, change)

    async def _remove(self, identity: CredentialId) -> Credential:
        removed = await self._worker.run(lambda: self._vault.remove(identity))
        self._leave(identity)
        return removed

    async def _restore(self, identity: CredentialId) -> Credential:
        restored = await self._worker.run(lambda: self._vault.restore(identity))
        return self._follow(self._base(restored), restored)

    async def _rescan(self) -> None:
        await self._write_all()
        changes = await self._worker.run(self._vault.rescan)
        for number, credential in enumerate((*changes.added, *changes.changed), 1):
            change = say("change.on_disk") if credential.id in self._held else NOTHING
            self._follow(self._base(credential), credential, change)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        for identity in changes.removed:
            self._leave(identity)
        self._say(changes)

    def _say(self, changes: Changes) -> None:
        """While the folder cannot be used that is told once."""
        for refusal in changes.refused:
            self._follower.said("warning", refusal.sentence)
        if changes.trouble != self._trouble:
            self._trouble = changes.trouble
            self._follower.said("warning", changes.trouble or say("vault.works_again"))

    # Memory follows the files, and the files memory

    def _base(self, credential: Credential) -> Credential:
        """What stood in the file before."""
        return self._filed.get(credential.id, credential)

    def _follow(self, base: Credential, kept: Credential, change: Message = NOTHING) -> Credential:
        """`kept` stands in the file now; what memory changed against `base` stays, and is still to be written."""
        self._filed[kept.id] = kept
        if (held := self._held.get(kept.id)) is None:
            self._join(kept)
            return kept
        now = merged(base, held.credential, kept)
        if now == kept:
            self._unwritten.pop(kept.id, None)
        else:
            self._write_soon(kept.id)
        self._set(now, change)
        return now

    def _revive(self, credential: Credential) -> None:
        now = self._follow(self._base(credential), credential)
        self._follower.signed_in(now)

    def _set(self, credential: Credential, change: Message = NOTHING) -> None:
        held = self._held[credential.id]
        if credential != held.credential:
            exchanged = credential.secret != held.credential.secret
            self._held[credential.id] = Held(credential, next(self._versions) if exchanged else held.version)
        elif not change:
            return
        self._follower.changed(credential, change)

    def _join(self, credential: Credential) -> None:
        self._filed[credential.id] = credential
        self._held[credential.id] = Held(credential, next(self._versions))
        self._follower.joined(credential)

    def _leave(self, identity: CredentialId) -> None:
        self._filed.pop(identity, None)
        self._unwritten.pop(identity, None)
        if held := self._held.pop(identity, None):
            self._follower.left(held.credential)

    def _write_soon(self, identity: CredentialId) -> None:
        self._unwritten[identity] = None
        if self._writing is None or self._writing.done():
            self._writing = spawn("credentials-write", self._turned(self._write_all()))

    async def _write_all(self) -> None:
        """All that memory has and the files have not, until the disk refuses; the next look tries again."""
        while self._unwritten:
            identity = next(iter(self._unwritten))
            sent = self._held[identity].credential
            try:
                kept = await self._worker.run(partial(self._vault.update, sent))
            except Problem as problem:
                self._cannot_write(sent, problem)
                return
            self._refused = NOTHING
            self._follow(sent, kept)

    def _cannot_write(self, credential: Credential, problem: Problem) -> None:
        if problem.message != self._refused:
            self._refused = problem.message
            self._follower.said("error", say("vault.not_written", label=credential.label, said=problem.message))
