"""Where signatures belong, and what tells two calls apart."""

import pytest

from gcli2api_tui.gemini.signatures import (
    SignatureEnvelope,
    bypassed,
    decode_signature,
    encode_signature,
    first_calls,
    keys,
    settled,
    signed_throughout,
    step_to_come,
    unsigned,
)

BYPASS = "skip_thought_signature_validator"


def nobodys(signature):
    return False


def said(*words):
    return {"role": "user", "parts": [{"text": word} for word in words]}


def called(*names, **more):
    return {"role": "model", "parts": [{"functionCall": {"name": name, "args": {}}, **more} for name in names]}


def results(*names):
    return {"role": "user", "parts": [{"functionResponse": {"name": name, "response": {}}} for name in names]}


IMAGE = {"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": ""}}]}


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ([], []),
        ([said("go")], []),
        ([said("go"), called("a", "b"), results("a", "b"), called("c"), results("c")], [(1, 0), (3, 0)]),
        ([said("go"), called("a"), results("a"), said("and?"), called("b")], [(4, 0)]),
        ([said("go"), called("a"), IMAGE], [(1, 0)]),
        # Results and text in one content answer the call; they begin no turn.
        ([said("go"), called("a"), {"role": "user", "parts": [*results("a")["parts"], {"text": "and?"}]}], [(1, 0)]),
        ([said("go"), {"role": "model", "parts": [{"text": "hm"}, *called("a")["parts"]]}], [(1, 1)]),
        ([called("a")], [(0, 0)]),
        ([{"role": "user"}, {"role": "model", "parts": None}, {"parts": [1, None, {"functionCall": 5}]}], []),
    ],
)
def test_the_first_call_of_each_step_of_the_current_turn(contents, expected):
    assert list(first_calls(contents)) == expected
    assert step_to_come({"contents": contents}) == len(expected)


CALL = {"id": "x", "name": "f", "args": {"a": 1, "b": 2}}


def test_the_order_of_arguments_is_no_difference():
    assert keys("g", "m", CALL, 0) == keys("g", "m", {**CALL, "args": {"b": 2, "a": 1}}, 0)


def test_one_family_of_models_shares_its_signatures():
    assert keys("g", "gemini-3-pro-preview", CALL, 0) == keys("g", "gemini-3.1-flash", CALL, 0)


@pytest.mark.parametrize(
    "other",
    [
        ("code-assist", "gemini-3-pro", CALL, 0),
        ("gemini-api", "gemini-2.5-pro", CALL, 0),
        ("gemini-api", "gemini-30-pro", CALL, 0),
        ("gemini-api", "gemini-3-pro", {**CALL, "id": "y", "name": "g"}, 0),
        ("gemini-api", "gemini-3-pro", {**CALL, "id": "y", "args": {"a": 1}}, 0),
        ("gemini-api", "gemini-3-pro", {**CALL, "id": "y"}, 1),
    ],
)
def test_what_differs_has_no_key_in_common(other):
    assert not set(keys("gemini-api", "gemini-3-pro", CALL, 0)) & set(keys(*other))


def test_a_client_that_makes_its_own_ids_is_known_by_what_was_called():
    assert keys("g", "m", CALL, 2)[1] == keys("g", "m", {**CALL, "id": "other"}, 2)[1]


def test_real_signatures_replace_the_bypass_and_fill_gaps_and_nothing_else():
    contents = [
        said("go"),
        called("a", "b", thoughtSignature=BYPASS),
        results("a", "b"),
        called("c"),
        results("c"),
        called("d", thoughtSignature="own"),
        results("d"),
        called("e", thoughtSignature=BYPASS),
    ]
    request = {"contents": contents, "tools": []}
    known = lambda call, step: "" if call["name"] == "e" else f"{call['name']}{step}"  # noqa: E731
    new = settled(request, known, nobodys, demanded=True)
    signatures = [
        part.get("thoughtSignature")
        for content in new["contents"]
        for part in content["parts"]
        if "functionCall" in part
    ]
    assert signatures == ["a0", BYPASS, "c1", "own", BYPASS]
    assert contents[1]["parts"][0]["thoughtSignature"] == BYPASS and "thoughtSignature" not in contents[3]["parts"][0]


def test_a_request_that_gains_nothing_stays_itself():
    request = {"contents": [said("go"), called("a")]}
    assert settled(request, lambda call, step: "", nobodys, demanded=False) is request
    signed = {"contents": [said("go"), called("a", thoughtSignature=BYPASS)]}
    assert settled(signed, lambda call, step: "", nobodys, demanded=True) is signed


def test_what_google_can_miss_is_excused_and_what_it_need_not_have_goes():
    request = {"contents": [said("go"), called("a", "b"), results("a", "b"), called("c", thoughtSignature="s")]}
    excusing = signed_throughout(request)["contents"]
    assert [excusing[1], excusing[3]] == [
        {"role": "model", "parts": [{**called("a")["parts"][0], "thoughtSignature": BYPASS}, called("b")["parts"][0]]},
        request["contents"][3],
    ]
    assert unsigned(signed_throughout(request))["contents"][3] == called("c")
    assert unsigned(unsigned(request)) == unsigned(request)


@pytest.mark.parametrize("parts", [None, [], ["junk", 1, None], [{"thoughtSignature": 5}], [{"functionCall": "x"}]])
def test_parts_of_any_shape_pass(parts):
    request = {"contents": [said("go"), {"role": "model", "parts": parts}]}
    for demanded in (True, False):
        assert settled(request, lambda call, step: "x", lambda one: True, demanded=demanded) == request


def test_the_bypass_takes_the_place_of_every_signature():
    text = {"role": "model", "parts": [{"text": "", "thoughtSignature": "s"}, {"text": "x"}, "junk"]}
    request = {"contents": [said("go"), text, called("a", thoughtSignature="t"), {"role": "user"}]}
    new = bypassed(request)
    assert new["contents"] == [
        said("go"),
        {"role": "model", "parts": [{"text": "", "thoughtSignature": BYPASS}, {"text": "x"}, "junk"]},
        called("a", thoughtSignature=BYPASS),
        {"role": "user"},
    ]
    assert request["contents"][1]["parts"][0]["thoughtSignature"] == "s"
    assert bypassed(new) == new


ONE = SignatureEnvelope("gemini-3", "c2ln+/=", "toolu_a")


@pytest.mark.parametrize(
    "envelope", [ONE, SignatureEnvelope("gemini-2", "_-"), SignatureEnvelope("gemini-3", "x", "odd:id\n")]
)
def test_it_comes_back_as_it_was(envelope):
    assert decode_signature(encode_signature(envelope)) == envelope


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        [],
        "",
        "g1",
        "EqQBCkgIARABGAIiQL",
        encode_signature(ONE)[:-1],
        encode_signature(ONE).replace("toolu_a", "toolu_b"),
    ],
)
def test_what_is_not_ours_or_not_whole_is_nothing(value):
    assert decode_signature(value) is None
