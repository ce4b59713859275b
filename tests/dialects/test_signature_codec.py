import pytest

from gcli2api_tui.dialects.signature_codec import SignatureEnvelope, decode_signature, encode_signature

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
