"""A secret must not be seen by accident, in any of the ways Python has to show a value; whose secret it is, by its
beginning, and texts with every secret masked.
"""

import dataclasses
import json
import traceback

import pytest

from gcli2api_tui.events.secret import GOOGLE, MASK, Secret, guessable, masked, new_key, owner

PLANTED = "AIza-planted-0123456789"


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    key: Secret


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(PLANTED)),
        repr(Secret(PLANTED)),
        f"{Secret(PLANTED)}",
        "%s %r" % (Secret(PLANTED), Secret(PLANTED)),  # noqa: UP031 - how log lines are put together
        repr(Holder(Secret(PLANTED))),
        repr(dataclasses.asdict(Holder(Secret(PLANTED)))),
        repr([Secret(PLANTED)]),
    ],
)
def test_it_is_masked_wherever_it_is_shown(shown: str) -> None:
    assert PLANTED not in shown
    assert MASK in shown


def test_json_refuses_it_rather_than_writing_it() -> None:
    with pytest.raises(TypeError):
        json.dumps({"key": Secret(PLANTED)})


def test_a_traceback_with_it_as_argument_hides_it() -> None:
    error = ValueError("bad key", Secret(PLANTED))
    assert PLANTED not in "".join(traceback.format_exception(error))


def test_it_is_equal_by_value_and_never_to_a_text() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") != "a"


def test_an_empty_one_is_false() -> None:
    assert not Secret("")
    assert Secret("x")


def test_a_fingerprint_tells_duplicates_without_the_text() -> None:
    assert Secret(PLANTED).fingerprint() == Secret(PLANTED).fingerprint() != Secret("other").fingerprint()
    assert Secret(PLANTED).fingerprint() not in PLANTED
    assert len(Secret(PLANTED).fingerprint()) == 16


@pytest.mark.parametrize(
    ("secret", "whose"),
    [
        ("AIzaSyFAKE", GOOGLE),
        ("AQ.Ab8RN6", GOOGLE),
        ("1//0rt", GOOGLE),
        ("sk-ant-api03-x", "Anthropic"),
        ("sk-proj-x", "OpenAI"),
        ("sk-or-v1-x", "OpenRouter"),
        ("github_pat_x", "GitHub"),
        ("aiza", ""),
        ("", ""),
    ],
)
def test_the_longest_beginning_decides(secret: str, whose: str) -> None:
    assert owner(secret) == whose


SECRETS = [
    "AIzaSyFAKEFAKE",
    "AQ.Ab8RN6FAKE_FAKE-1",
    "ya29.a0FAKE.b-c",
    "1//0FAKE-x",
    "GOCSPX-FAKEFAKE_FAKE",
    "sk-ant-api03-FAKEFAKE",
    "ghp_FAKEFAKEFAKEFAKE",
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln",
    "-----BEGIN PRIVATE KEY-----\nMIIFAKE\n-----END PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIFAKE that is cut",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("text", ["{}", "API key {} is not valid", "key={}&alt=sse", '{{"token": "{}"}}', "api_key:{}"])
def test_no_part_of_a_secret_is_left(secret: str, text: str) -> None:
    assert "FAKE" not in masked(text.format(secret)) and "eyJp" not in masked(text.format(secret))
    assert masked(text.format("nothing")) == text.format("nothing")


@pytest.mark.parametrize(
    "text", ["risk-based decisions here", "the AQ. prefix", "AIza…", "task-sk-1", "gemini-2.5-pro"]
)
def test_words_stay(text: str) -> None:
    assert masked(text) == text


def test_keys_are_random_and_strong() -> None:
    first, second = new_key(), new_key()
    assert first != second
    assert not guessable(first)
    assert guessable(Secret("pwd"))
    assert guessable(Secret("short"))
