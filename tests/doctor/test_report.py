"""How a report is written, and what nobody can read in it."""

import json

import pytest

from gcli2api_tui.doctor.report import Finding, Level, Veil, as_json, as_text, bad, ok, warn
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted

VEIL = Veil(("/home/user", "/mnt/real/user"), (Secret("my-own-short-key"), Secret("")))


def test_by_area_with_the_way_out_below() -> None:
    found = [
        ok("program", quoted("fine")),
        bad("home", quoted("broken"), quoted("mend it")),
        warn("home", quoted("odd")),
    ]
    assert list(as_text(found, Veil())) == [
        "program", "  ✓ fine", "", "home", "  ✗ broken", "      mend it", "  ! odd", "", "1 wrong, 1 to look at, of 3.",
    ]  # fmt: skip


def test_where_all_is_well_it_says_so() -> None:
    assert list(as_text([ok("program", quoted("fine"))], Veil()))[-1] == "All is well."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/user/.config/x", "~/.config/x"),
        ("/mnt/real/user/x", "~/x"),
        ("anna.b+c@example.co.uk waits", "•••• waits"),
        ("key my-own-short-key!", "key ••••!"),
        ("http://anna:pass@proxy.example:8080", "http://••••@proxy.example:8080"),
        ("AIzaSyFAKEFAKEFAKEFAKE and 1//refresh", "•••• and ••••"),
        ("a\x1b]52;c;AAAA\x07b\nc", "a ]52;c;AAAA b c"),
    ],
)
def test_nothing_of_a_persons_is_left(text: str, shown: str) -> None:
    found = [Finding("home", Level.OK, quoted(text), quoted(text))]
    assert VEIL.over(text) == shown
    assert json.loads(json.dumps(as_json(found, VEIL)))[0]["message"] == shown
    assert f"  ✓ {shown}" in list(as_text(found, VEIL))


def test_a_home_that_is_the_root_hides_nothing_else() -> None:
    assert Veil(("/",)).over("/etc/ssl") == "/etc/ssl"
