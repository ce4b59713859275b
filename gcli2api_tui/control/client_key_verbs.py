"""The verbs on client keys, with a server and without one; a part of LocalControl.

In: names and wishes in words. Out: rows, a new key, or what came of it. Here credentials become ids, names of models
become those of the catalogue, and what was changed is on the disk before it is Done.
"""

import asyncio
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from gcli2api_tui.clients.client_key import NONE, ClientKey, listed
from gcli2api_tui.clients.counts_and_limits import Counts
from gcli2api_tui.clients.gate import Gate
from gcli2api_tui.clients.ports import ClientKeyStore
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Answer, Done, Refused, refused
from gcli2api_tui.credentials.cli_arguments import Named, select
from gcli2api_tui.events.problems import ClientFault, Problem, StoreFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_names import resolve
from gcli2api_tui.ledger.admin_rows import ClientKeyRow, NewClientKey
from gcli2api_tui.messages.message import NOTHING, Message, joined, say
from gcli2api_tui.pacific_time import next_pacific_midnight, pacific_day
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.quick_dataclass import dataclass

DISK_S = 5.0


@dataclass(frozen=True, slots=True)
class ClientKeyDesk:
    """What the verbs work on. `credentials` are all there are, by what a person may call them."""

    gate: Gate
    store: ClientKeyStore
    clock: Clock
    credentials: Callable[[], list[Named]]
    catalogue: Callable[[], Catalogue]

    def rows(self) -> tuple[ClientKeyRow, ...]:
        now, keys = self.clock.now(), self.gate.keys.all()
        grouped = any(key.credentials for key in keys)
        labels = {one.id: one.label for one in self.credentials()} if grouped else {}
        return tuple(self._row(key, self.gate.counts(key.name), now, labels) for key in keys)

    async def add(self, name: str, wishes: Mapping[str, str]) -> NewClientKey | Refused:
        try:
            understood, unknown = self._understood(wishes)
            key, secret = self.gate.keys.add(name, understood)
        except Problem as problem:
            return refused(problem)
        trouble = joined(unknown, await self._kept())
        return NewClientKey(key.name, secret, joined(say("clients.added", name=key.name), trouble), bool(trouble))

    async def set(self, name: str, wishes: Mapping[str, str]) -> Answer:
        if not wishes:
            return Refused(say("clients.nothing_to_change"))
        try:
            understood, unknown = self._understood(wishes)
            key = self.gate.keys.set(name, understood)
        except Problem as problem:
            return refused(problem)
        trouble = joined(unknown, await self._kept())
        return Done(joined(say("clients.changed", name=key.name), trouble), warned=bool(trouble))

    async def revoke(self, name: str) -> Answer:
        try:
            key = self.gate.keys.revoke(name)
        except Problem as problem:
            return refused(problem)
        trouble = await self._kept()
        return Done(joined(say("clients.revoked", name=key.name), trouble), warned=bool(trouble))

    def _row(self, key: ClientKey, counts: Counts, now: float, labels: Mapping[CredentialId, str]) -> ClientKeyRow:
        today = counts.day(pacific_day(now))
        return ClientKeyRow(
            key.name,
            key.name,
            key.hint,
            key.state(now),
            key.created_at,
            key.expires_at,
            key.models,
            key.credentials,
            tuple(labels.get(one, one[:8]) for one in key.credentials),
            key.rpm,
            key.rpd,
            key.tpd,
            key.concurrent,
            key.thinking,
            key.service_tier,
            counts.in_the_minute(self.clock.monotonic()),
            today.requests,
            today.tokens,
            counts.in_flight,
            counts.last_at,
            next_pacific_midnight(now),
        )

    def _understood(self, wishes: Mapping[str, str]) -> tuple[dict[str, str], Message]:
        """The wishes with ids in place of names, and what is odd about them. Raises Problem."""
        understood, unknown = dict(wishes), NOTHING
        if (words := wishes.get("credentials", NONE)).strip().lower() != NONE:
            chosen = select(listed(words), self.credentials())
            understood["credentials"] = ",".join(one.id for one in chosen)
        if (words := wishes.get("models", NONE)).strip().lower() != NONE:
            understood["models"], unknown = self._models(listed(words))
        return understood, unknown

    def _models(self, names: tuple[str, ...]) -> tuple[str, Message]:
        """As ids of the catalogue; one that comes later is allowed already, and a slip is told of."""
        catalogue = self.catalogue()
        ids = [_id_of(name, catalogue) for name in names]
        unknown = [name for name in ids if not any(fnmatchcase(model, name) for model in catalogue.models)]
        return ",".join(ids), say("clients.unknown_models", models=", ".join(unknown)) if unknown else NOTHING

    async def _kept(self) -> Message:
        """What is to be said of the disk."""
        try:
            await asyncio.wait_for(asyncio.wrap_future(self.store.flush()), DISK_S)
        except (TimeoutError, StoreFault):
            return say("clients.disk")
        return NOTHING


class ClientKeyVerbs:
    """A part of LocalControl."""

    __slots__ = ()
    desk: ClientKeyDesk

    def client_keys(self) -> tuple[ClientKeyRow, ...]:
        return self.desk.rows()

    async def add_client_key(self, name: str, wishes: Mapping[str, str]) -> NewClientKey | Refused:
        return await self.desk.add(name, wishes)

    async def set_client_key(self, name: str, wishes: Mapping[str, str]) -> Answer:
        return await self.desk.set(name, wishes)

    async def revoke_client_key(self, name: str) -> Answer:
        return await self.desk.revoke(name)


def named_in(pool: Pool, file_of: Callable[[CredentialId], str]) -> list[Named]:
    """All credentials of a pool."""
    members = (one.credential for one in pool.members())
    return [Named(one.id, one.label, file_of(one.id)) for one in members]


def _id_of(name: str, catalogue: Catalogue) -> str:
    """Aliases and variants mean a model; a pattern, or what is no model yet, stays as it is."""
    try:
        return resolve(name, catalogue).model.id
    except ClientFault:
        return name
