"""What is remembered of answers, how much and how long, and what the next request gets of it."""

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import ApiKey, Credential, Kind
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.pieces import CallPiece, read
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.relay import signatures
from gcli2api_tui.relay.signatures import Signatures

ASK = {"contents": [{"role": "user", "parts": [{"text": "go"}]}]}
LEASE = Lease(1, Credential(CredentialId("a"), Kind.API_KEY, "a", ApiKey(Secret("k"))), "gemini-3-pro", "")


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def memory(now):
    return lambda **more: Signatures(Clock(now=lambda: now[0]), lambda model: model.startswith("gemini-3"), **more)


def turn(name="f", **call):
    return {"contents": [*ASK["contents"], {"role": "model", "parts": [{"functionCall": {"name": name, **call}}]}]}


def signature(memory, request, lease=LEASE):
    return memory.attached(lease, request)["contents"][-1]["parts"][0].get("thoughtSignature")


def test_googles_id_finds_it_whatever_became_of_the_arguments(memory):
    one = memory()
    one.learn(LEASE, ASK, [CallPiece("f", {"x": 1}, "g1", "sig")])
    assert signature(one, turn(id="g1", args={"x": "1"})) == "sig"
    assert signature(one, turn(id="g2", args={"x": "1"})) is None
    assert signature(one, turn(id="g2", args={"x": 1})) == "sig"


def test_an_id_of_ours_finds_it_when_google_gave_none(memory):
    """Claude Code fills in what a schema has defaults for."""
    one = memory()
    part = {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "sig"}
    (piece,) = read([{"candidates": [{"content": {"parts": [part]}}]}]).pieces
    one.learn(LEASE, ASK, [piece])
    assert signature(one, turn(id=piece.id, args={"x": 1, "all": False})) == "sig"


def test_the_same_call_in_a_later_step_has_its_own(memory):
    one = memory()
    one.learn(LEASE, ASK, [CallPiece("f", {}, "", "first")])
    one.learn(LEASE, turn(), [CallPiece("f", {}, "", "second")])
    request = {"contents": [*turn()["contents"], turn()["contents"][1]]}
    parts = [content["parts"][0] for content in one.attached(LEASE, request)["contents"][1:]]
    assert [part["thoughtSignature"] for part in parts] == ["first", "second"]


def test_what_was_kept_is_known_after_a_restart(memory):
    kept = []
    memory(keep=lambda *row: kept.append(row)).learn(LEASE, ASK, [CallPiece("f", {}, "g1", "sig")])
    assert [row[1:] for row in kept] == [("sig", 1000.0)] * 2
    again = memory(saved={key: value for key, value, _ in kept})
    assert signature(again, turn(id="other")) == "sig"


def test_a_model_that_demands_none_is_left_alone(memory):
    one, lease = memory(), Lease(1, LEASE.credential, "gemini-2.5-pro", "")
    one.learn(lease, ASK, [CallPiece("f", {}, "", "sig")])
    assert signature(one, turn(), lease) is None
    assert signature(one, turn()) is None


def test_after_seven_days_it_is_forgotten(memory, now):
    one = memory()
    one.learn(LEASE, ASK, [CallPiece("f", {}, "", "sig")])
    now[0] += 7 * 86_400 - 1
    assert signature(one, turn()) == "sig"
    now[0] += 1
    assert signature(one, turn()) is None


@pytest.mark.parametrize(("bound", "value"), [("MOST", 2), ("MOST_CHARACTERS", 6)])
def test_the_oldest_goes_when_there_are_too_many(memory, monkeypatch, bound, value):
    monkeypatch.setattr(signatures, bound, value)
    one = memory()
    for name in ("a", "b", "a", "c"):
        one.learn(LEASE, ASK, [CallPiece(name, {}, "", f"s-{name}")])
    assert [signature(one, turn(name)) for name in "abc"] == ["s-a", None, "s-c"]


@pytest.mark.parametrize("more", [{}, {"stream": False}, {"fake": True}])
async def test_the_relay_learns_and_puts_back(bench, say, more):
    call = {"functionCall": {"name": "f", "args": {}}}
    answer = {"candidates": [{"content": {"parts": [{**call, "thoughtSignature": "sig"}]}, "finishReason": "STOP"}]}
    it = bench([answer], [say.text("ok", "STOP")], request=ASK, model="gemini-3-pro", **more)
    await it.play()
    it.request = turn()
    await it.play()
    assert it.backend.requests[-1]["contents"][-1]["parts"][0]["thoughtSignature"] == "sig"
    assert "thoughtSignature" not in it.request["contents"][-1]["parts"][0], "another backend may come next"
