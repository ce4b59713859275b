"""Whose secret it is, by its beginning, and texts with every secret masked."""

import pytest

from gcli2api_tui.events.known_secrets import GOOGLE, masked, owner


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
