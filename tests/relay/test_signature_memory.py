"""What is remembered of answers, how much and how long, and what the next request gets of it."""

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.signatures import BYPASS_SIGNATURE as BYPASS
from gcli2api_tui.gemini.stream_parts import BlobPart, CallPart, TextPart, read
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.relay import signature_memory
from gcli2api_tui.relay.signature_memory import Signatures

ASK = {"contents": [{"role": "user", "parts": [{"text": "go"}]}]}
LEASE = Lease(1, Credential(CredentialId("a"), Kind.API_KEY, "a", ApiKey(Secret("k"))), "gemini-3-pro", "")


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def memory(now):
    return lambda **more: Signatures(Clock(now=lambda: now[0]), **more)


def turn(name="f", signed="", **call):
    part = {"functionCall": {"name": name, **call}, **({"thoughtSignature": signed} if signed else {})}
    return {"contents": [*ASK["contents"], {"role": "model", "parts": [part]}]}


def settled(memory, request, lease=LEASE):
    return memory.settled(lease, request, demanded=lease.model.startswith("gemini-3"))


def signature(memory, request, lease=LEASE):
    return settled(memory, request, lease)["contents"][-1]["parts"][0].get("thoughtSignature")


def test_googles_id_finds_it_whatever_became_of_the_arguments(memory):
    one = memory()
    one.learn(LEASE, ASK, [CallPart("f", {"x": 1}, "g1", "sig")])
    assert signature(one, turn(id="g1", args={"x": "1"})) == "sig"
    assert signature(one, turn(id="g2", args={"x": "1"})) == BYPASS
    assert signature(one, turn(id="g2", args={"x": 1})) == "sig"


def test_an_id_of_ours_finds_it_when_google_gave_none(memory):
    """Claude Code fills in what a schema has defaults for."""
    one = memory()
    part = {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "sig"}
    (piece,) = read([{"candidates": [{"content": {"parts": [part]}}]}]).parts
    one.learn(LEASE, ASK, [piece])
    assert signature(one, turn(id=piece.id, args={"x": 1, "all": False})) == "sig"


def test_the_same_call_in_a_later_step_has_its_own(memory):
    one = memory()
    one.learn(LEASE, ASK, [CallPart("f", {}, "", "first")])
    one.learn(LEASE, turn(), [CallPart("f", {}, "", "second")])
    request = {"contents": [*turn()["contents"], turn()["contents"][1]]}
    parts = [content["parts"][0] for content in settled(one, request)["contents"][1:]]
    assert [part["thoughtSignature"] for part in parts] == ["first", "second"]


def test_what_was_kept_is_known_after_a_restart(memory):
    kept = []
    memory(keep=lambda found, at: kept.extend((*row, at) for row in found.items())).learn(
        LEASE, ASK, [CallPart("f", {}, "g1", "sig")]
    )
    assert [row[1:] for row in kept[1:]] == [("sig", 1000.0)] * 2
    again = memory(saved={key: value for key, value, _ in kept})
    assert signature(again, turn(id="other")) == "sig"


def test_a_model_that_demands_none_gets_genuine_ones_back_and_never_the_bypass(memory):
    one, older = memory(), on("a", model="gemini-2.5-pro")
    one.learn(older, ASK, [CallPart("f", {}, "", "sig")])
    assert signature(one, turn(), older) == "sig"
    assert signature(one, turn("g"), older) is None
    assert signature(one, turn(signed=BYPASS, name="g"), older) is None
    assert signature(one, turn()) == BYPASS, "another family's is none of this one's"


def on(name, project="", kind=Kind.API_KEY, model="gemini-3-pro"):
    return Lease(1, Credential(CredentialId(name), kind, name, ApiKey(Secret("k")), project), model, "")


@pytest.mark.parametrize(("model", "instead"), [("gemini-3-pro", BYPASS), ("gemini-2.5-pro", None)])
def test_one_that_came_by_another_route_does_not_go_out(memory, model, instead):
    """Clients keep signatures, whichever credential comes next."""
    one = memory()
    one.learn(on("a", model=model), ASK, [CallPart("f", {}, "", "sig")])
    kept = turn(signed="sig")
    assert signature(one, kept, on("a", model=model)) == "sig"
    assert signature(one, kept, on("b", model=model)) == instead
    assert signature(one, turn(), on("b", model=model)) == instead, "nor does a remembered one"
    assert signature(one, turn(signed="unheard-of"), on("b", model=model)) == "unheard-of", "Google knows, not we"


def test_one_from_another_family_does_not_go_out(memory):
    one = memory()
    one.learn(on("a"), ASK, [CallPart("f", {}, "", "sig")])
    assert signature(one, turn(signed="sig"), on("a", model="gemini-2.5-pro")) is None


def test_two_keys_of_one_known_project_are_one_route_and_two_sign_ins_are_not(memory):
    one = memory()
    one.learn(on("a", "mine"), ASK, [CallPart("f", {}, "", "sig")])
    assert signature(one, turn(), on("b", "mine")) == "sig"
    assert signature(one, turn(), on("b", "other")) == BYPASS
    two = memory()
    two.learn(on("a", "mine", Kind.OAUTH), ASK, [CallPart("f", {}, "", "sig")])
    assert signature(two, turn(), on("b", "mine", Kind.OAUTH)) == BYPASS


def test_the_signature_of_a_text_has_a_route_too(memory):
    one = memory()
    one.learn(on("a", model="gemini-2.5-pro"), ASK, [TextPart("hi", signature="sig")])
    said = {"role": "model", "parts": [{"text": "hi", "thoughtSignature": "sig"}]}
    empty = {"role": "model", "parts": [{"text": "hi"}, {"text": "", "thoughtSignature": "sig"}]}
    request = {"contents": [*ASK["contents"], said, empty]}
    assert settled(one, request, on("a", model="gemini-2.5-pro")) is request
    bare = {"role": "model", "parts": [{"text": "hi"}]}
    assert settled(one, request, on("b", model="gemini-2.5-pro"))["contents"][1:] == [bare, bare]


def drawn(data="iVBORw0K", **more):
    return {"role": "model", "parts": [{"inlineData": {"mimeType": "image/png", "data": data}, **more}]}


def test_a_picture_of_the_models_has_its_signature_wherever_it_stands(memory):
    one = memory()
    one.learn(LEASE, ASK, [BlobPart("image/png", "iVBORw0K", signature="sig")])
    bluer = {"role": "user", "parts": [{"text": "bluer"}, drawn()["parts"][0]]}
    request = {"contents": [*ASK["contents"], drawn(), drawn("AAAA"), bluer]}
    sent = [content["parts"][-1].get("thoughtSignature") for content in settled(one, request)["contents"]]
    assert sent == [None, "sig", BYPASS, None], "known, unknown, and one that the user shows"
    assert signature(one, {"contents": [*ASK["contents"], drawn()]}, on("b")) == BYPASS, "of another route"
    assert signature(one, {"contents": [*ASK["contents"], drawn(thoughtSignature="sig")]}, on("b")) == BYPASS
    older = on("a", model="gemini-2.5-pro")
    assert signature(one, {"contents": [*ASK["contents"], drawn()]}, older) is None


def test_where_it_came_from_is_known_after_a_restart(memory):
    kept = []
    memory(keep=lambda found, at: kept.extend((*row, at) for row in found.items())).learn(
        on("a"), ASK, [CallPart("f", {}, "g1", "sig")]
    )
    again = memory(saved={key: value for key, value, _ in kept})
    assert signature(again, turn(signed="sig"), on("b")) == BYPASS
    assert signature(again, turn(signed="sig"), on("a")) == "sig"


@pytest.mark.parametrize(("model", "instead"), [("gemini-3-pro", BYPASS), ("gemini-2.5-pro", None)])
async def test_the_next_credential_decides_anew(bench, say, model, instead):
    """The client kept what the first one signed; then that one is out of quota."""
    call = {"functionCall": {"name": "f", "args": {}}}
    answer = {"candidates": [{"content": {"parts": [{**call, "thoughtSignature": "sig"}]}, "finishReason": "STOP"}]}
    it = bench([answer], say.fault("rate", 429), [say.text("ok", "STOP")], request=ASK, model=model)
    await it.play()
    it.request = turn(signed="sig")
    await it.play()
    sent = [one["contents"][-1]["parts"][0].get("thoughtSignature") for one in it.backend.requests[1:]]
    assert sent == ["sig", instead]
    assert len(set(it.backend.asked[1:])) == 2


def test_after_seven_days_it_is_forgotten(memory, now):
    one = memory()
    one.learn(LEASE, ASK, [CallPart("f", {}, "", "sig")])
    now[0] += 7 * 86_400 - 1
    assert signature(one, turn()) == "sig"
    now[0] += 1
    assert signature(one, turn()) == BYPASS


@pytest.mark.parametrize(("bound", "value"), [("MOST", 4), ("MOST_CHARACTERS", 2 * (3 + 16))])
def test_the_oldest_goes_when_there_are_too_many(memory, monkeypatch, bound, value):
    monkeypatch.setattr(signature_memory, bound, value)
    one = memory()
    for name in ("a", "b", "a", "c"):
        one.learn(LEASE, ASK, [CallPart(name, {}, "", f"s-{name}")])
    assert [signature(one, turn(name)) for name in "abc"] == ["s-a", BYPASS, "s-c"]


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
