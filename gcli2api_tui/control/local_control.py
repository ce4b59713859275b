"""`Reader` and `Control` in the process that serves: what the panel, the web page and the admin API act through.

Every verb answers Done or Refused; a Problem from below becomes Refused here, or in the module that does the verb.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.client_key_verbs import ClientKeyDesk, ClientKeyVerbs
from gcli2api_tui.control.credential_verbs import Imports, credential_files, trashed, with_a_good_token
from gcli2api_tui.control.login_sessions import LoginSessions
from gcli2api_tui.control.model_rows import Learnt
from gcli2api_tui.control.questions_asked import AskingVerbs, Asks
from gcli2api_tui.control.readiness import stopping
from gcli2api_tui.control.recordings import Watching, WatchingVerbs
from gcli2api_tui.control.request_verbs import RequestVerbs
from gcli2api_tui.control.setting_changes import SettingChanges, map_model
from gcli2api_tui.control.terms_notice import TermsNotice
from gcli2api_tui.control.usage_reader import UsageReader
from gcli2api_tui.control.verb_results import (
    Answer,
    Difference,
    Done,
    Keys,
    Login,
    LoginStatus,
    Notice,
    Refused,
    StopMode,
    Trashed,
    refused,
)
from gcli2api_tui.credentials.credential import Credential, OAuthClient, is_location
from gcli2api_tui.credentials.export import Exported
from gcli2api_tui.credentials.ports import Held
from gcli2api_tui.credentials.registry import CredentialRegistry
from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.installations.discovery import credentials_at
from gcli2api_tui.ledger.admin_rows import ModelRow, SettingRow, UsageColumn, UsageTable
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.snapshot import ModelsToName, ServerFacts, Snapshot
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.cooldowns import Ender
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.row_cache import Rows
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.relay import Relay
from gcli2api_tui.upstream.ports import Backend

if TYPE_CHECKING:
    from gcli2api_tui.control.client_connections import ClientConnections

_NO_QUOTA = say("control.no_quota")
_UNSERVED = Refused(say("control.unserved"))
_NOTICE_DUE = Refused(say("control.notice_due"), say("control.notice_where"))
_GONE = Refused(say("control.gone"))


@dataclass(slots=True)
class LocalControl(RequestVerbs, ClientKeyVerbs, AskingVerbs, WatchingVerbs):
    """One for each runtime; all methods run on its loop."""

    pool: Pool
    registry: CredentialRegistry
    relay: Relay
    backends: Mapping[str, Backend]
    login_sessions: LoginSessions
    terms: TermsNotice
    client: OAuthClient
    facts: ServerFacts
    own_keys: Keys
    clock: Clock
    stop_server: Callable[[StopMode], Refused | None]
    models_to_name: Callable[[], ModelsToName]
    rows: Rows
    learnt: Learnt
    asks: Asks
    used: UsageReader
    connections: "Callable[[], ClientConnections]"
    """In a thread: most servers connect no client, and need not import how."""
    desk: ClientKeyDesk
    changes: SettingChanges
    watching: Watching
    _seen: tuple[int, int, tuple[CredentialRow, ...]] = (-1, 0, ())

    # Reader

    @property
    def revision(self) -> int:
        return self.ledger.revision

    async def moved(self, revision: int) -> None:
        await self.ledger.moved(revision)

    def ahead(self) -> Iterator[None]:
        return self.rows.ahead()

    def snapshot(self) -> Snapshot:
        rows, next_up = self._credential_rows(), self.rows.next_ups.look()
        return replace(self.ledger.snapshot(), server=self.facts_now(), credentials=rows, next_up=next_up)

    async def whole_snapshot(self) -> Snapshot:
        await self.rows.renew()
        self._seen = (-1, 0, ())
        return self.snapshot()

    def models(self) -> tuple[ModelRow, ...]:
        return self.learnt.rows()

    async def settings(self) -> tuple[SettingRow, ...]:
        return await self.changes.rows()

    async def usage(self, by: UsageColumn, days: int) -> UsageTable:
        return await self.used.read(by, days)

    def keys(self) -> Keys:
        return self.own_keys

    def _credential_rows(self) -> tuple[CredentialRow, ...]:
        """Made again when something happened, and once a second because cooldowns end by themselves."""
        revision, second, rows = self._seen
        if (revision, second) != (self.ledger.revision, int(self.clock.now())):
            rows = self.rows.look()
            self._seen = (self.ledger.revision, int(self.clock.now()), rows)
            self.facts = self.facts.now(self.models_to_name(), self.login_sessions.url_elsewhere())
        return rows

    def label_of(self, credential: CredentialId) -> str:
        """What a credential of the pool is called; "" for one that is not there."""
        known = self.pool.credential(credential)
        return known.label if known else ""

    # Adding

    async def add_credentials(self, data: bytes, name: str) -> Answer:
        return await self._imports.added(self.registry.add_bytes(data, name, self.client))

    async def add_path(self, path: str) -> Answer:
        return await self._imports.added(self.registry.add_path(path, self.client, credentials_at))

    @property
    def _imports(self) -> Imports:
        return Imports(self.pool, self.backends)

    async def sign_in_notice(self, project: str = "") -> Notice:
        return await asyncio.to_thread(self.terms.notice, own_project=bool(project))

    async def acknowledge_terms(self) -> Answer:
        try:
            await asyncio.to_thread(self.terms.acknowledge)
        except Problem as problem:
            return refused(problem)
        return Done(say("control.noted"))

    async def begin_login(self, project: str = "", location: str = "", local: bool = False) -> Login | Refused:
        if location and not (project and is_location(location)):
            return Refused(say("control.location_needs_project"), say("control.locations"))
        if (await self.sign_in_notice(project)).due:
            return _NOTICE_DUE
        try:
            return await self.login_sessions.begin(project, location, local=local)
        except Problem as problem:
            return refused(problem)

    async def finish_login(self, login: str, text: str) -> Answer:
        """`login` may be empty when the text holds the state (the browser's way)."""
        try:
            credential = await self.login_sessions.finish(login, text, self.registry.sign_in)
        except Problem as problem:
            return refused(problem)
        return Done(say("control.signed_in", label=credential.label))

    async def browser_came_back(self, query: str) -> Answer:
        """Google's redirect, by its query string."""
        return await self.finish_login("", query)

    def login_status(self, login: str) -> LoginStatus:
        return self.login_sessions.status(login)

    async def cancel_login(self, login: str) -> None:
        await self.login_sessions.cancel(login)

    # One credential

    async def enable(self, credential: CredentialId) -> Answer:
        return await self._switch(credential, enabled=True)

    async def disable(self, credential: CredentialId) -> Answer:
        return await self._switch(credential, enabled=False)

    async def _switch(self, identity: CredentialId, *, enabled: bool) -> Answer:
        read = await self._held(identity)
        if read is None:
            return _GONE
        known = read.credential
        wanted = replace(known, settings=replace(known.settings, enabled=enabled))
        try:
            await self.registry.update(read, wanted, say("change.enabled" if enabled else "change.disabled"))
        except Problem as problem:
            return refused(problem)
        return Done(say("control.in_rotation" if enabled else "control.out_of_rotation", label=known.label))

    async def remove(self, credential: CredentialId) -> Answer:
        try:
            removed = await self.registry.remove(credential)
        except Problem as problem:
            return refused(problem)
        return Done(say("control.removed", label=removed.label))

    async def restore(self, credential: CredentialId) -> Answer:
        try:
            restored = await self.registry.restore(credential)
        except Problem as problem:
            return refused(problem)
        return Done(say("control.restored", label=restored.label))

    async def trash(self) -> tuple[Trashed, ...]:
        return await trashed(self.registry)

    async def credential_files(self, wanted: Sequence[CredentialId] | None) -> Sequence[Exported]:
        """All of them with None. No verb: a person's browser alone is given them."""
        return await credential_files(self.registry, [row.id for row in self.rows.look()] if wanted is None else wanted)

    async def clear_cooldown(self, credential: CredentialId) -> Answer:
        if await self._held(credential) is None:
            return _GONE
        self.pool.clear_cooldown(credential)
        return Done(say("control.cleared"))

    async def check(self, credential: CredentialId) -> Answer:
        known = await self._known(credential)
        if known is None:
            return _GONE
        if (backend := self.backends.get(known.backend)) is None:
            return _UNSERVED
        try:
            words = await with_a_good_token(backend, known, backend.check)
        except UpstreamFault as fault:
            self.pool.mark(credential, fault)
            return refused(fault)
        self.pool.clear_cooldown(credential, Ender.CHECK)
        return Done(words)

    async def ask_google_quota(self, credential: CredentialId) -> Answer:
        known = await self._known(credential)
        if known is None:
            return _GONE
        if (backend := self.backends.get(known.backend)) is None:
            return _UNSERVED
        try:
            figures = await with_a_good_token(backend, known, backend.quota)
        except UpstreamFault as fault:
            return refused(fault)
        for one in figures:
            self.pool.learn_quota(credential, one.model, one.remaining, one.resets_at, one.limit)
        self.rows.forget(credential)
        return Done(say("control.quota_told", n=len(figures))) if figures else Refused(_NO_QUOTA)

    async def _known(self, identity: CredentialId) -> Credential | None:
        held = await self._held(identity)
        return held.credential if held else None

    async def _held(self, identity: CredentialId) -> Held | None:
        """One that was put into the folder a moment ago is known too."""
        if self.registry.current(identity) is None:
            await self.registry.rescan()
        return self.registry.current(identity)

    # The rest

    async def connect(self, client: str, *, undo: bool = False) -> Difference | Refused:
        return await (await asyncio.to_thread(self.connections)).difference(client, undo=undo)

    async def write_connection(self, shown: Difference) -> Answer:
        return await (await asyncio.to_thread(self.connections)).write(shown)

    async def map_model(self, name: str, model: str) -> Answer:
        return await map_model(self.changes, name, model)

    async def forget_learnt(self, model: str | None) -> Answer:
        return self.learnt.forget(model)

    async def set_setting(self, name: str, value: str | None) -> Answer:
        return await self.changes.set(name, value)

    async def undo_setting(self) -> Answer:
        return await self.changes.undo()

    async def cancel_exchange(self, exchange: ExchangeId) -> Answer:
        return Done(say("control.stopped")) if self.relay.cancel(exchange) else Refused(say("control.ended_already"))

    async def stop(self, mode: StopMode) -> Answer:
        if refused := self.stop_server(mode):
            return refused
        return Done(stopping(mode, self.relay.in_flight))
