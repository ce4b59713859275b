"""The owner of secrets: which of two changes holds, who is one with whom, and that the loop waits for no disk."""

import asyncio
import dataclasses
import gc
import json
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui import file_lock
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials import registry
from gcli2api_tui.credentials.credential import Credential, OAuthClient, OAuthTokens
from gcli2api_tui.credentials.import_reader import Found, read_bytes
from gcli2api_tui.credentials.new_credentials import oauth_credential
from gcli2api_tui.credentials.ports import Held
from gcli2api_tui.credentials.registry import CredentialRegistry
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted

CLIENT = OAuthClient("default-client", Secret("default-pair"))
ANN = {"refresh_token": "rt-old", "email": "ann@example.org"}
NOW = 1000.0


class Told:
    """A follower that writes down; `pool` is who is there, as the pool would have it."""

    def __init__(self) -> None:
        self.pool: dict[str, Credential] = {}
        self.lines: list[str] = []

    def joined(self, credential: Credential) -> None:
        self.pool[credential.id] = credential
        self.lines.append(f"joined {credential.label}")

    def changed(self, credential: Credential, change: str) -> None:
        self.pool[credential.id] = credential
        if change:
            self.lines.append(f"{credential.label} {change}")

    def refreshed(self, credential: Credential, expires_at: float) -> None:
        self.lines.append(f"{credential.label} refreshed")

    def signed_in(self, credential: Credential) -> None:
        self.changed(credential, "signed in")

    def left(self, credential: Credential) -> None:
        del self.pool[credential.id]
        self.lines.append(f"left {credential.label}")

    def said(self, level: str, text: str) -> None:
        self.lines.append(f"{level}: {text}")


class Home:
    """A registry on a folder, and the folder as other processes see it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told = Told()
        self.registry = CredentialRegistry(self.vault(), self.told)
        self.registry.start()

    def vault(self) -> Vault:
        clock = Clock(now=lambda: NOW, monotonic=lambda: NOW)
        return Vault(self.path / "credentials", self.path / "trash", clock, CLIENT)

    def kept(self) -> list[Credential]:
        return list(self.vault().load()[0])

    async def take(self, *contents: dict[str, Any]) -> Any:
        return await self.registry.add(read_bytes(json.dumps(contents).encode(), "x.json", CLIENT))

    def edit(self, credential: Credential, **more: Any) -> None:
        path = self.path / "credentials" / self.registry.file_of(credential.id)
        path.write_text(json.dumps(json.loads(path.read_text()) | more))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def held(home: Home, credential: Credential) -> Held:
    found = home.registry.current(credential.id)
    assert found
    return found


def tokens(refresh: str, access: str, expires_at: float = NOW + 3600) -> OAuthTokens:
    return OAuthTokens(Secret(refresh), CLIENT.client_id, CLIENT.client_secret, Secret(access), expires_at)


def refresh_of(credential: Credential) -> str:
    assert isinstance(credential.secret, OAuthTokens)
    return credential.secret.refresh_token.reveal()


# Lost updates


async def test_a_refresh_that_ends_after_a_new_sign_in_loses(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    read = held(home, ann)
    await home.registry.sign_in(oauth_credential(tokens("rt-new", "at-new"), "ann@example.org"))
    assert home.registry.renewed(read, tokens("rt-old", "at-late")) == tokens("rt-new", "at-new")
    await home.registry.rescan()
    assert [one.secret for one in home.kept()] == [tokens("rt-new", "at-new")]
    assert home.told.pool[ann.id] is held(home, ann).credential


async def test_a_refresh_loses_to_a_sign_in_that_another_process_wrote_and_nobody_has_seen_yet(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    assert home.registry.renewed(held(home, ann), tokens("rt-old", "at-1")) == tokens("rt-old", "at-1")
    other = home.vault()
    other.load()
    other.sign_in(oauth_credential(tokens("rt-new", "at-new"), "ann@example.org"))
    await home.registry.rescan()  # writes first, then looks
    assert [one.secret for one in home.kept()] == [tokens("rt-new", "at-new")]
    assert held(home, ann).credential.secret == tokens("rt-new", "at-new")


async def test_a_refresh_from_before_a_removal_loses_to_the_sign_in_that_came_after_it(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    read = held(home, ann)
    home.edit(ann, secret={"refresh_token": "rt-new", "client_id": "default-client"})
    await home.registry.remove(ann.id)
    await home.registry.restore(ann.id)
    kept = home.registry.renewed(read, tokens("rt-rotated", "at-late"))
    await home.registry.rescan()
    assert (
        kept.refresh_token.reveal() == refresh_of(held(home, ann).credential) == refresh_of(home.kept()[0]) == "rt-new"
    )


async def test_lost_update_a_setting_and_a_refresh_at_once_are_both_kept(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    read = held(home, ann)
    settings = dataclasses.replace(ann.settings, weight=2.0)
    changing = asyncio.ensure_future(
        home.registry.update(read, dataclasses.replace(read.credential, settings=settings), quoted("by you"))
    )
    home.registry.renewed(read, tokens("rt-old", "at-1"))
    await changing
    await home.registry.rescan()
    (kept,) = home.kept()
    assert (kept.settings.weight, kept.secret) == (2.0, tokens("rt-old", "at-1"))
    assert held(home, ann).credential == kept


async def test_lost_update_two_settings_of_two_processes_are_both_kept(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    read = held(home, ann)
    other = home.vault()
    other.load()
    other.update(dataclasses.replace(ann, project="theirs"))
    settings = dataclasses.replace(ann.settings, enabled=False)
    await home.registry.update(read, dataclasses.replace(ann, settings=settings), quoted("disabled by you"))
    (kept,) = home.kept()
    assert (kept.project, kept.settings.enabled) == ("theirs", False)


async def test_a_secret_that_was_exchanged_meanwhile_is_not_overwritten_by_a_person_either(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    read = held(home, ann)
    home.registry.renewed(read, tokens("rt-2", "at-2"))
    with pytest.raises(Problem, match="exchanged meanwhile"):
        await home.registry.update(read, dataclasses.replace(ann, secret=tokens("mine", "x")), quoted("by you"))


async def test_what_the_disk_refused_is_written_when_it_takes_it_and_told_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ann,) = (await home.take(ANN)).added
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        home.registry.renewed(held(home, ann), tokens("rt-2", "at-2"))
        for _ in range(3):
            await home.registry.rescan()
        home.registry.renewed(held(home, ann), tokens("rt-3", "at-3"))
        await home.registry.rescan()
    assert [line for line in home.told.lines if "could not be written" in line] == [
        f"error: ann@example.org could not be written: The folder {home.path}/credentials cannot be written: "
        "No space left on device."
    ]
    assert [refresh_of(one) for one in home.kept()] == ["rt-old"]
    await home.registry.rescan()
    assert [refresh_of(one) for one in home.kept()] == ["rt-3"]


def refuse(*_: object) -> None:
    raise OSError(28, "No space left on device")


async def test_who_leaves_in_the_middle_leaves_files_and_memory_alike(home: Home) -> None:
    """A client that hangs up during its request must not part the two."""
    (ann,) = (await home.take(ANN)).added
    removing = asyncio.ensure_future(home.registry.remove(ann.id))
    await asyncio.sleep(0)
    removing.cancel()
    await home.registry.rescan()
    assert (home.registry.current(ann.id), home.kept(), home.told.pool) == (None, [], {})


async def test_what_waits_is_written_at_the_end(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    home.registry.renewed(held(home, ann), tokens("rt-2", "at-2"))
    await home.registry.close()
    assert [refresh_of(one) for one in home.kept()] == ["rt-2"]


async def test_what_never_has_its_turn_at_the_end_is_told_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk hangs: the server ends, and no work is left that nobody awaits (an unawaited one fails this test)."""
    monkeypatch.setattr(registry, "LAST_S", 0.01)
    before = asyncio.all_tasks()
    async with home.registry._turn:
        await home.registry.close()
        left = asyncio.all_tasks() - before
        for task in left:
            task.cancel()
        await asyncio.wait(left)
    gc.collect()


# A race, a thousand times


async def test_the_race_of_a_refresh_against_a_new_sign_in(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the order of their steps, the new sign-in stays: in memory, on file and in the pool."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    (ann,) = (await home.take(ANN)).added
    race = Race(home, ann)
    orders = set()
    for seed in range(1000):
        order = await race.run(f"rt-new-{seed}", random.Random(seed))
        orders.add(order)
        text = (home.path / "credentials" / home.registry.file_of(ann.id)).read_text()
        assert json.loads(text)["secret"]["refresh_token"] == f"rt-new-{seed}", (seed, order)
        assert refresh_of(held(home, ann).credential) == f"rt-new-{seed}", (seed, order)
        assert home.told.pool[ann.id] is held(home, ann).credential, (seed, order)
    assert len(orders) > 100


class Turns:
    """In place of the thread: work on the files is done when the race says so, and ends when it says so."""

    def __init__(self, registry: CredentialRegistry) -> None:
        self.begun: list[Callable[[], None]] = []
        registry._worker.run = self.run  # type: ignore[method-assign,assignment]

    async def run(self, work: Callable[[], Any]) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.begun.append(lambda: done.set_result(work()))
        return await done


class Race:
    """A refresh reads, and ends; a sign-in comes, here or in another process; looks; the disk works in between."""

    def __init__(self, home: Home, ann: Credential) -> None:
        self.home, self.ann = home, ann
        self.turns = Turns(home.registry)
        self.other = home.vault()
        self.other.load()
        self.running: list[asyncio.Future[Any]] = []

    async def run(self, new: str, dice: random.Random) -> tuple[str, ...]:
        steps = ["refresh ends", dice.choice(["sign in here", "sign in elsewhere"])]
        steps += ["disk"] * dice.randrange(4) + ["look"] * dice.randrange(2)
        dice.shuffle(steps)
        read = held(self.home, self.ann)
        anew = oauth_credential(tokens(new, "at-new"), "ann@example.org")
        for step in steps:
            self.step(step, read, anew)
            for _ in range(dice.randrange(4)):
                await asyncio.sleep(0)
        await self.end()
        return tuple(steps)

    def step(self, step: str, read: Held, anew: Credential) -> None:
        if step == "refresh ends":
            self.home.registry.renewed(read, tokens(refresh_of(read.credential), "at-late", NOW + 7200))
        elif step == "disk" and self.turns.begun:
            self.turns.begun.pop(0)()
        elif step == "look":
            self.running.append(asyncio.ensure_future(self.home.registry.rescan()))
        elif step == "sign in here":
            self.running.append(asyncio.ensure_future(self.home.registry.sign_in(anew)))
        elif step == "sign in elsewhere":
            self.other.sign_in(anew)

    async def end(self) -> None:
        """All that was begun, and a last look."""
        self.running.append(asyncio.ensure_future(self.home.registry.rescan()))
        while not all(one.done() for one in self.running) or self.turns.begun:
            if self.turns.begun:
                self.turns.begun.pop(0)()
            await asyncio.sleep(0)
        while self.running:
            self.running.pop().result()


# Who is one with whom


async def test_twins_an_account_is_one_credential_whatever_its_label(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    read = held(home, ann)
    await home.registry.update(read, dataclasses.replace(ann, label="my first"), quoted("renamed"))
    result = await home.registry.sign_in(oauth_credential(tokens("rt-new", "at"), "Ann@Example.org"))
    assert [one.id for one in result.renewed] == [ann.id]
    assert [(one.label, refresh_of(one)) for one in home.kept()] == [("my first", "rt-new")]


async def test_twins_two_of_one_label_are_two(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    (bob,) = (await home.take({"refresh_token": "rt-bob", "email": "bob@example.org"})).added
    await home.registry.update(held(home, bob), dataclasses.replace(bob, label="ann@example.org"), quoted("renamed"))
    await home.registry.sign_in(oauth_credential(tokens("rt-new", "at"), "ann@example.org"))
    assert {one.id: refresh_of(one) for one in home.kept()} == {ann.id: "rt-new", bob.id: "rt-bob"}


async def test_twins_a_key_is_its_fingerprint(home: Home) -> None:
    keys = [{"api_key": "AIzaSyFAKEFAKEFAKEFAKE0001", "label": label} for label in ("one", "other")]
    result = await home.take(*keys)
    assert ([one.label for one in result.added], result.duplicates) == (["one"], ("one",))


@pytest.mark.parametrize(
    ("expires_at", "stays"),
    [(NOW + 9000, "rt-file"), (NOW + 10, "rt-old"), (0, "rt-old")],
    ids=["younger", "older", "of no age, and ours lives"],
)
async def test_twins_an_imported_sign_in_of_a_known_account_is_taken_if_it_is_the_younger(
    home: Home, expires_at: float, stays: str
) -> None:
    await home.take({**ANN, "expires_at": NOW + 3600})
    result = await home.take({**ANN, "refresh_token": "rt-file", "expires_at": expires_at or None})
    assert [refresh_of(one) for one in home.kept()] == [stays]
    assert bool(result.renewed) == (stays == "rt-file")
    assert bool(result.duplicates) == (stays == "rt-old")


async def test_twins_one_sign_in_brings_all_projects_of_the_account_back(home: Home) -> None:
    await home.take({**ANN, "project_id": "one,two"})
    await home.registry.sign_in(oauth_credential(tokens("rt-new", "at"), "ann@example.org"))
    assert sorted((one.project, refresh_of(one)) for one in home.kept()) == [("one", "rt-new"), ("two", "rt-new")]


async def test_relabel_what_is_told_afterwards_bears_the_new_label(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    await home.registry.update(held(home, ann), dataclasses.replace(ann, label="Annie"), quoted("renamed"))
    await home.registry.remove(ann.id)
    assert home.told.lines[-2:] == ["Annie renamed", "left Annie"]


async def test_relabel_of_a_file_from_before_accounts_keeps_the_account(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    path = home.path / "credentials" / home.registry.file_of(ann.id)
    content = json.loads(path.read_text())
    del content["account"]
    path.write_text(json.dumps(content))
    other = home.vault()
    other.load()
    other.update(dataclasses.replace(ann, label="Annie"))
    assert json.loads(path.read_text())["account"] == "ann@example.org"


async def test_a_file_that_is_called_by_its_key_is_renamed(home: Home) -> None:
    (key,) = (await home.take({"api_key": "AIzaSyFAKEFAKEFAKEFAKE0001", "label": "mine"})).added
    folder = home.path / "credentials"
    (folder / home.registry.file_of(key.id)).rename(folder / "AIzaSyFAKEFAKEFAKEFAKE0001.json")
    await home.registry.rescan()
    assert home.registry.file_of(key.id) == f"mine-{key.id[:6]}.json"
    assert [path.name for path in folder.glob("*.json")] == [f"mine-{key.id[:6]}.json"]
    assert list(home.told.pool) == [key.id]


# Nothing waits on the disk


async def test_a_lock_that_another_holds_stops_nobody_on_the_loop(home: Home) -> None:
    (ann,) = (await home.take(ANN)).added
    with file_lock.locked(home.path / "credentials" / ".lock", 1.0):
        home.registry.renewed(held(home, ann), tokens("rt-2", "at-2"))
        removing = asyncio.ensure_future(home.registry.remove(ann.id))
        for _ in range(50):
            await asyncio.sleep(0)
        assert held(home, ann).credential.secret == tokens("rt-2", "at-2")
        assert not removing.done()
    await removing
    assert home.registry.current(ann.id) is None


async def test_all_work_on_the_files_is_done_by_one_thread(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    replaced = os.replace

    def noted(*paths: Any) -> None:
        seen.add(threading.current_thread().name)
        replaced(*paths)

    monkeypatch.setattr(os, "replace", noted)
    (ann,) = (await home.take(ANN)).added
    home.registry.renewed(held(home, ann), tokens("rt-2", "at-2"))
    await home.registry.rescan()
    await home.registry.remove(ann.id)
    await home.registry.restore(ann.id)
    await home.registry.add(Found(credentials=(dataclasses.replace(ann, account="", secret=tokens("rt-9", "")),)))
    assert seen == {"credentials"}
