"""How `keys …` reaches client keys: through the server that runs, or in the state where none does.

In: names and wishes in words. Out: rows as the admin API tells them, a new key, or a sentence. Raises Problem where a
verb is refused, or the disk does not keep what was done.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Protocol, TypedDict
from urllib.parse import quote

from gcli2api_tui import paths
from gcli2api_tui.bootstrap import open_vault
from gcli2api_tui.cli.credentials_backend import named
from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.gate import Gate
from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clients.ports import ClientKeyStore, ClientSecond, ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.config import settings_loading
from gcli2api_tui.config.models_and_prices import read_models
from gcli2api_tui.control import admin_client, run_file
from gcli2api_tui.control.client_key_verbs import ClientKeyDesk
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.control.verb_results import Answer, Refused
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import client_keys
from gcli2api_tui.storage_backend import changed_state, read_state


class KeyRow(TypedDict):
    """A client key as the admin API tells it, and `--json` prints it."""

    name: str
    hint: str
    state: str
    requests_today: int
    tokens_today: int
    requests_minute: int
    in_flight: int
    rpm: int | None
    rpd: int | None
    tpd: int | None
    concurrent: int | None
    models: list[str]
    credentials: list[str]
    credential_labels: list[str]
    expires_at: float | None
    thinking: str
    service_tier: str


class NewKey(TypedDict):
    """Shown this once."""

    name: str
    key: str
    message: str


class Way(Protocol):
    """To change keys."""

    def add(self, name: str, wishes: Mapping[str, str]) -> NewKey: ...

    def change(self, name: str, wishes: Mapping[str, str]) -> str: ...

    def revoke(self, name: str) -> str: ...


def rows(home: str | None, environ: Mapping[str, str]) -> list[KeyRow]:
    """All keys with what they used. Who only looks writes nothing."""
    where = paths.find(home, environ)
    if running := _running(where):
        found: list[KeyRow] = admin_client.get(running, "/admin/api/keys")["keys"]
        return found
    chosen = settings_loading.load(where.config_file, environ, {}).settings
    saved = read_state(chosen, where, client_keys.SINCE, client_keys.read_saved, client_keys.NOTHING)
    shown: list[KeyRow] = to_json(_desk(Unwritten(), *saved, where, home, environ).rows())
    return shown


@contextmanager
def reach(home: str | None, environ: Mapping[str, str]) -> Iterator[Way]:
    """What is done within is on the disk afterwards."""
    where = paths.find(home, environ)
    if running := _running(where):
        yield Online(running)
        return
    where.create()
    with changed_state(settings_loading.load(where.config_file, environ, {}).settings, where) as store:
        saved = store.load()
        desk = _desk(store, saved.client_keys, saved.client_uses, saved.client_seconds, where, home, environ)
        yield Offline(desk)


def _running(where: paths.Paths) -> Running | None:
    running = run_file.read(where.run_file)
    return running if running and admin_client.listens(running) else None


def _desk(
    store: ClientKeyStore,
    keys: Iterable[ClientKey],
    uses: Iterable[ClientUse],
    seconds: Iterable[ClientSecond],
    where: paths.Paths,
    home: str | None,
    environ: Mapping[str, str],
) -> ClientKeyDesk:
    clock = Clock()
    gate = Gate(ClientKeys(clock, store, keys), clock, store, uses, seconds)
    vault = open_vault(home, environ)
    chosen = settings_loading.load(where.config_file, environ, {}).settings
    known, catalogue = named(vault, vault.load()[0]), read_models(where, chosen)  # now: later there is a loop
    return ClientKeyDesk(gate, store, clock, lambda: known, lambda: catalogue)


class Unwritten:
    """A store for who only looks."""

    def put_client_key(self, key: ClientKey) -> None:
        raise NotImplementedError

    def add_client_use(self, use: ClientUse) -> None:
        raise NotImplementedError

    def add_client_second(self, second: ClientSecond) -> None:
        raise NotImplementedError

    def flush(self) -> "Future[None]":
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Online:
    """Its admin API."""

    running: Running

    def add(self, name: str, wishes: Mapping[str, str]) -> NewKey:
        made: NewKey = admin_client.post(self.running, "/admin/api/keys", {"name": name, **wishes})
        return made

    def change(self, name: str, wishes: Mapping[str, str]) -> str:
        return str(admin_client.post(self.running, f"/admin/api/keys/{quote(name, safe='')}", dict(wishes))["message"])

    def revoke(self, name: str) -> str:
        return str(admin_client.post(self.running, f"/admin/api/keys/{quote(name, safe='')}/revoke", {})["message"])


@dataclass(frozen=True, slots=True)
class Offline:
    """state.db; nobody else may write it."""

    desk: ClientKeyDesk

    def add(self, name: str, wishes: Mapping[str, str]) -> NewKey:
        made = asyncio.run(self.desk.add(name, wishes))
        if isinstance(made, Refused):
            raise Problem(made.reason, made.way_out)
        return {"name": made.name, "key": made.key.reveal(), "message": made.message}

    def change(self, name: str, wishes: Mapping[str, str]) -> str:
        return self._told(asyncio.run(self.desk.set(name, wishes)))

    def revoke(self, name: str) -> str:
        return self._told(asyncio.run(self.desk.revoke(name)))

    def _told(self, answer: Answer) -> str:
        if isinstance(answer, Refused):
            raise Problem(answer.reason, answer.way_out)
        return str(answer.message)
