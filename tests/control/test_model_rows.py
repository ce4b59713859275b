"""What was learnt of models is seen with its model, and forgotten wherever it is remembered."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.model_rows import KEPT, ModelLabels, forget_saved
from gcli2api_tui.control.verb_results import Done, Refused
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.model_names import with_aliases
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.ledger.metrics import OTHER
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.state.ports import CooldownRow, EndRow
from gcli2api_tui.state.sqlite_store import SqliteStore

GONE = UpstreamFault(FaultKind.MODEL, say("google.empty"), status=404)


def learnt_something(world: Any) -> None:
    """A lesson, a 404 of Google's for everybody, and one that a single credential got."""
    world.pool.add(Credential(CredentialId("a"), Kind.API_KEY, "anna", ApiKey(Secret("AQ.x"))))
    world.lessons.learn(Lesson("some-model", "thinking_level", "MINIMAL", "not supported"), say("google.empty"))
    world.lessons.learn(Lesson("unlisted", "seed"), say("google.empty"))
    assert world.ends.refused("some-model", "gemini-api", GONE)
    for model in ("some-model", "other"):
        lease = world.pool.lease(model, {"gemini-api"}, ALL)
        world.pool.failed(lease, GONE)
        world.pool.release(lease)


def rests(world: Any) -> list[str]:
    return sorted(one.model for view in world.pool.view() for one in view.cooldowns)


async def test_it_stands_with_its_model_and_what_no_list_names_comes_last(world_of_home: Any) -> None:
    learnt_something(world_of_home)
    known, unlisted = world_of_home.control.models()
    assert known.id == "some-model" and (known.last_day, known.successor) == ("2020-01-01", "next")
    assert ["MINIMAL" in one.said or "has ended" in one.said for one in known.learnt] == [True, True]
    assert known.learnt[0].words == "not supported"
    assert (unlisted.id, unlisted.listed, len(unlisted.learnt)) == ("unlisted", False, 1)


async def test_what_is_forgotten_of_a_model_is_forgotten_everywhere(world_of_home: Any) -> None:
    world = world_of_home
    learnt_something(world)
    answer = await world.control.forget_learnt("some-model")
    assert isinstance(answer, Done) and "3 things about some-model" in answer.message
    assert [one.model for one in world.lessons.all()] == ["unlisted"] and rests(world) == ["other"]
    assert world.ends.left("some-model", ("gemini-api",)) == ("gemini-api",)


async def test_all_of_it_can_be_forgotten_at_once(world_of_home: Any) -> None:
    learnt_something(world_of_home)
    answer = await world_of_home.control.forget_learnt(None)
    assert isinstance(answer, Done) and "5 things" in answer.message
    assert world_of_home.lessons.all() == () and rests(world_of_home) == []
    again = await world_of_home.control.forget_learnt(None)
    assert isinstance(again, Done) and "Nothing" in again.message


async def test_a_model_of_which_nothing_is_known_is_refused_with_the_way_out(world_of_home: Any) -> None:
    answer = await world_of_home.control.forget_learnt("gemini-typo")
    assert isinstance(answer, Refused) and "gemini-typo" in answer.reason and "models" in answer.way_out


def test_the_same_of_a_file_while_no_server_runs(tmp_path: Path) -> None:
    clock = Clock(now=lambda: 1_795_000_000.0)
    rest = CooldownRow(CredentialId("a"), "m", 1_795_009_000.0, "model", say("google.empty"))
    store = SqliteStore(tmp_path / "state.db", clock)
    store.put_lesson(Lesson("m", "seed", at=clock.now()))
    store.put_lesson(Lesson("n", "seed", at=clock.now()))
    store.put_end(EndRow("m", "vertex", "404", "", clock.now()))
    store.set_cooldown(rest)
    store.set_cooldown(limit := replace(rest, model="n", kind="rate"))
    store.close()
    store = SqliteStore(tmp_path / "state.db", clock)
    answer = forget_saved(store, "m")
    store.close()
    assert isinstance(answer, Done) and "3 things about m" in answer.message
    store = SqliteStore(tmp_path / "state.db", clock)
    saved = store.load()
    store.close()
    assert [one.model for one in saved.lessons] == ["n"] and saved.ends == () and saved.cooldowns == (limit,)


SHIPPED = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("gemini-2.5-pro", "gemini-2.5-pro"),
        ("fake/gemini-2.5-pro-search", "gemini-2.5-pro"),
        ("gpt-4o", "gemini-2.5-flash"),
        ("gemini-77-ultra", OTHER),
        ("", OTHER),
        ("x" * 10_000, OTHER),
    ],
)
def test_wishes_and_aliases_are_the_model_that_is_meant(name: str, label: str) -> None:
    catalogue = with_aliases(SHIPPED, "gpt-4o=gemini-2.5-flash")
    assert ModelLabels(SimpleNamespace(catalogue=catalogue))[name] == label


def test_after_a_new_catalogue_it_is_asked_again_and_little_is_kept() -> None:
    known = SimpleNamespace(catalogue=SHIPPED)
    labels = ModelLabels(known)
    assert labels["mine"] == OTHER
    known.catalogue = with_aliases(SHIPPED, "mine=gemini-2.5-pro")
    labels.clear()
    assert labels["mine"] == "gemini-2.5-pro"
    for number in range(3 * KEPT):
        assert labels[f"gemini-2.5-pro-{number}"]
        assert len(labels) <= KEPT
