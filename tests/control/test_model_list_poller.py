"""What is learned of models, from whom and how often; against fakes, and against the stand-in for Google."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.clock import Clock
from gcli2api_tui.control import model_list_poller
from gcli2api_tui.control.model_list_poller import AT_ONCE, EVERY_S, ModelLists
from gcli2api_tui.control_wiring import Parts, build
from gcli2api_tui.credentials.credential import ApiKey, Credential, CredentialSettings, Kind, OAuthTokens
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId, Event
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.model_discovery import DiscoveredModel
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.simulator.app import default_world, serve
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET

FILE = '[[model]]\nid = "old"\nbackends = ["gemini-api"]\n[[model]]\nid = "gone"\nbackends = ["gemini-api"]\n'
CHAT = ("generateContent",)


class FakeLists:
    """Tells `lists` by label; an exception is raised."""

    describes_models = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.lists: dict[str, Sequence[DiscoveredModel] | Exception] = {}

    async def offered(self, credential: Credential) -> Sequence[DiscoveredModel]:
        self.asked.append(credential.label)
        told = self.lists.get(credential.label, ())
        if isinstance(told, Exception):
            raise told
        return told


class Bench:
    def __init__(self) -> None:
        self.now, self.google = 1_000_000.0, FakeLists()
        self.events: list[Event] = []
        clock = Clock(now=lambda: self.now)
        self.pool = Pool(clock, lambda event: None, seed=1)
        self.models = ModelLists(read_catalogue(FILE), self.pool, self, clock, {"gemini-api": self.google})

    def record(self, event: Event) -> None:
        self.events.append(event)

    def add(self, label: str, *lists: str | Exception, enabled: bool = True) -> CredentialId:
        identity = CredentialId(label)
        settings = CredentialSettings(enabled=enabled)
        self.pool.add(Credential(identity, Kind.API_KEY, label, ApiKey(Secret(f"AIza-{label}")), settings=settings))
        self.tell(label, *lists)
        return identity

    def tell(self, label: str, *lists: str | Exception) -> None:
        first = lists[0] if lists else ""
        told = [DiscoveredModel(name, methods=CHAT) for name in lists if isinstance(name, str)]
        self.google.lists[label] = first if isinstance(first, Exception) else told

    @property
    def names(self) -> list[str]:
        return [name for name in self.models.catalogue.models if name not in self.models.catalogue.unlisted]

    @property
    def said(self) -> list[str]:
        return [event.text for event in self.events]  # type: ignore[attr-defined]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def no() -> UpstreamFault:
    return UpstreamFault(FaultKind.NETWORK, "There is no way to Google.")


async def test_lists_of_all_credentials_count_together(bench: Bench) -> None:
    bench.add("a", "old", "new-a")
    bench.add("b", "new-b")
    await bench.models.learn()
    assert bench.names == ["old", "new-a", "new-b"]
    assert bench.said[0].endswith("new here: new-a, new-b.") and "gone" in bench.said[1]


async def test_whoever_keeps_something_of_the_catalogue_hears_of_each_new_one(bench: Bench) -> None:
    seen: list[object] = []
    bench.models.followers.append(lambda: seen.append(bench.models.catalogue))
    bench.add("a", "old", "new")
    await bench.models.learn()
    assert seen == [bench.models.catalogue] and "new" in bench.names
    bench.models.rewrite(lambda catalogue: replace(catalogue, pass_unknown=True))
    assert seen[1:] == [bench.models.catalogue] and bench.models.catalogue.pass_unknown


async def test_a_dead_sign_in_is_marked_and_not_asked_again(bench: Bench) -> None:
    dead = bench.add("a", UpstreamFault(FaultKind.NEEDS_LOGIN, "Google no longer accepts it."))
    bench.add("b", UpstreamFault(FaultKind.FORBIDDEN, "This method is not for this key."))
    await bench.models.learn()
    states = {view.credential.id: view.state for view in bench.pool.view()}
    assert (states[dead], states[CredentialId("b")]) == (CredentialState.NEEDS_LOGIN, CredentialState.READY)
    await bench.models.learn()
    assert bench.google.asked == ["a", "b", "b"]


async def test_each_is_asked_once_until_hours_have_passed_or_it_changes(bench: Bench) -> None:
    one, _ = bench.add("a", "old"), bench.add("b", "old")
    await bench.models.learn()
    bench.now += EVERY_S - 1
    await bench.models.learn()
    assert bench.google.asked == ["a", "b"]
    bench.models.forget(one)
    await bench.models.learn()
    assert bench.google.asked == ["a", "b", "a"]
    bench.now += 1
    await bench.models.learn()
    assert bench.google.asked == ["a", "b", "a", "b"]
    assert len(bench.said) == 1


async def test_a_failure_is_told_once_takes_nothing_away_and_is_asked_again(bench: Bench) -> None:
    bench.add("a", "old")
    bench.add("b", no())
    await bench.models.learn()
    await bench.models.learn()
    assert bench.names == ["old", "gone"] and bench.google.asked == ["a", "b", "b"]
    assert bench.said == ["b did not tell its models: There is no way to Google."]
    bench.tell("b", "old")
    await bench.models.learn()
    assert bench.names == ["old"]


async def test_a_failure_after_it_worked_again_is_told_again_and_each_credential_for_itself(bench: Bench) -> None:
    told = "did not tell its models: There is no way to Google."
    bench.add("a", no())
    await bench.models.learn()
    bench.tell("a", "old", "gone")
    await bench.models.learn()
    assert bench.said == [f"a {told}"]
    bench.tell("a", no())
    bench.add("b", no())
    bench.now += EVERY_S
    await bench.models.learn()
    assert sorted(bench.said[1:]) == [f"a {told}", f"b {told}"]


async def test_what_was_learned_survives_a_later_failure(bench: Bench) -> None:
    bench.add("a", "old", "new")
    await bench.models.learn()
    bench.tell("a", no())
    bench.now += EVERY_S
    await bench.models.learn()
    assert bench.names == ["old", "new"]


async def test_who_is_switched_off_or_gone_is_not_asked_and_does_not_count(bench: Bench) -> None:
    bench.add("off", "new", enabled=False)
    one = bench.add("a", "old", "newer")
    await bench.models.learn()
    assert bench.google.asked == ["a"] and "newer" in bench.names
    bench.pool.retire(one)
    bench.models.forget(one)
    await bench.models.learn()
    assert bench.names == ["old", "gone"]


DATED = """
[[model]]
id = "old"
backends = ["gemini-api", "vertex"]
ends = { gemini-api = "1970-01-13" }
successor = "heir"
"""


async def test_an_end_by_googles_date_is_told_once_on_its_day() -> None:
    bench = Bench()
    bench.models = ModelLists(read_catalogue(DATED), bench.pool, bench, bench.models.clock, {})
    bench.add("ann")
    bench.now = 12 * 86_400.0 - 1
    await bench.models.learn()
    assert bench.said == [] and bench.models.to_name().fast == "old"
    bench.now += 1
    await bench.models.learn()
    await bench.models.learn()
    (line,) = bench.said
    assert "old (heir)" in line
    assert bench.models.to_name().fast == "" and "old" in bench.models.catalogue.models, "hidden, and still sent"


async def test_it_learns_as_soon_as_somebody_comes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_list_poller, "PAUSE_S", 0.0)
    learning = asyncio.ensure_future(bench.models.keep_learning())
    await asyncio.sleep(0)
    identity = bench.add("a", "old", "new")
    bench.models.forget(identity)
    async with asyncio.timeout(20):
        while "new" not in bench.names:
            await asyncio.sleep(0)
    learning.cancel()


async def test_many_that_come_in_a_row_are_looked_at_together(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[None] = []
    learn = ModelLists.learn

    async def counted(models: ModelLists) -> None:
        looks.append(None)
        await learn(models)

    monkeypatch.setattr(ModelLists, "learn", counted)
    learning = asyncio.ensure_future(bench.models.keep_learning())
    for number in range(100):
        bench.models.forget(bench.add(f"{number}", "old"))
        for _ in range(10):
            await asyncio.sleep(0)
    learning.cancel()
    assert len(looks) < 10, "one for each of those that came"


async def test_a_thousand_are_asked_by_few_tasks(bench: Bench) -> None:
    for number in range(1000):
        bench.add(f"{number}", "old")
    most = 0

    async def offered(credential: Credential) -> Sequence[DiscoveredModel]:
        nonlocal most
        most = max(most, len(asyncio.all_tasks()))
        await asyncio.sleep(0)
        return (DiscoveredModel("new", methods=CHAT),)

    bench.google.offered = offered  # type: ignore[method-assign]
    await bench.models.learn()
    assert most <= AT_ONCE + 1 and "new" in bench.names
    assert len({id(offers) for _, offers in bench.models._told.values()}) == 1, "equal lists stand in memory once"


@pytest.fixture
async def google() -> Any:
    async with serve(world=default_world()) as running:
        running.world.add_api_key("AIza-test-key", project="test", free=False)
        yield running


def runtime(home: Path, url: str) -> Parts:
    addresses = dict.fromkeys(("GOOGLE_GEMINI_BASE_URL", "CODE_ASSIST_ENDPOINT", "GCLI2API_OAUTH_BASE_URL"), url)
    return build(prepare({"home": str(home)}, addresses), "http://127.0.0.1:1", lambda mode: None)


KEY = Credential(CredentialId("k"), Kind.API_KEY, "key", ApiKey(Secret("AIza-test-key")))
TOKENS = OAuthTokens(Secret("1//sim-alice"), CLIENT_ID, Secret(CLIENT_SECRET))
ALICE = Credential(CredentialId("alice"), Kind.OAUTH, "alice", TOKENS)


async def test_a_key_brings_googles_own_list(google: Any, tmp_path: Path) -> None:
    parts = runtime(tmp_path, google.url)
    parts.control.pool.add(KEY)
    await parts.models.learn()
    known = parts.services.models.catalogue.models
    assert known["gemini-embedding-001"].backends == {"gemini-api"} and not known["gemini-embedding-001"].chats
    unlisted = parts.services.models.catalogue.unlisted
    assert "gemini-3-pro-preview" in unlisted and "gemini-3.1-pro-preview" not in unlisted, "Google ended it in March"
    assert {"gemini-embedding-001", "gemini-4-hydrogen"} <= set(parts.services.model_ids(parts.control.pool.backends()))
    await parts.client.aclose()
    parts.store.close()


async def test_a_sign_in_serves_what_has_a_bucket(google: Any, tmp_path: Path) -> None:
    google.world.accounts["alice@example.com"].without_models = frozenset({"gemini-3.1-pro-preview"})
    parts = runtime(tmp_path, google.url)
    parts.control.pool.add(ALICE)
    await parts.models.learn()
    names = parts.services.model_ids(parts.control.pool.backends())
    assert "gemini-3.1-pro-preview" not in names and {"gemini-3-flash-preview", "gemini-3.5-flash"} <= set(names)
    assert "gemini-3-flash" not in names and "gemini-3.1-pro-preview" in parts.services.models.catalogue.models
    parts.control.pool.add(KEY)
    await parts.models.learn()
    assert parts.services.models.catalogue.models["gemini-3.1-pro-preview"].backends == {"gemini-api", "vertex"}
    assert "gemini-3.1-pro-preview" in parts.services.model_ids(parts.control.pool.backends())
    await parts.client.aclose()
    parts.store.close()
