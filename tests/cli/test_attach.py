"""`attach` on the command line: what it refuses before a key travels, and in which words."""

from pathlib import Path

import pytest

from gcli2api_tui.cli import attach
from gcli2api_tui.events.problems import Problem


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("127.0.0.1:7861", "http://127.0.0.1:7861"),
        ("http://localhost", "http://localhost:7861"),
        ("http://[::1]:9/", "http://[::1]:9"),
        ("https://box.example", "https://box.example:443"),
        ("https://10.0.0.5:8443", "https://10.0.0.5:8443"),
    ],
)
def test_addresses_as_people_type_them(typed: str, asked: str) -> None:
    assert attach._checked(typed) == asked


@pytest.mark.parametrize("typed", ["http://10.0.0.5:7861", "box.example:7861", "http://127.0.0.1.example"])
def test_no_key_goes_over_a_line_that_others_hear(typed: str) -> None:
    with pytest.raises(Problem) as refused:
        attach._checked(typed)
    assert refused.value.message.key == "attach.in_clear" and "ssh -L" in refused.value.way_out


@pytest.mark.parametrize(
    "typed", ["", "ftp://x", "http://:80", "http://a:b@127.0.0.1", "https://x:99999", "http://127.0.0.1/v1"]
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(Problem) as refused:
        attach._checked(typed)
    assert refused.value.message.key == "attach.no_url"


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    for path in (tmp_path / "no.pem", tmp_path / "absent.pem"):
        with pytest.raises(Problem) as refused:
            attach.trusting(str(path))
        assert str(path) in refused.value.message


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(attach.KEY, "from-there")
    assert attach._key().reveal() == "from-there"
