"""A credential's rows and its detail: exact at every width, the tightest model, the key that helps, whose figure."""

from dataclasses import replace
from itertools import product

import pytest
from board_moments import AT, FLASH, LOST, PRO, board, credential, crowd, pool, rest, use

from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.tui.paint import credential_row
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.credential_detail import detail
from gcli2api_tui.tui.paint.credential_row import one_line, two_lines
from gcli2api_tui.tui.paint.look import ASCII, FANCY, Look
from gcli2api_tui.tui.paint.short_text import clock
from gcli2api_tui.tui.words import Words

ENGLISH, CHINESE = Look(Words("en"), FANCY, AT), Look(Words("zh"), FANCY, AT)
EVERYBODY = (*pool(), LOST, *crowd(14))


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def told(row, look: Look = ENGLISH, width: int = 100) -> str:
    return " ".join(" ".join(text(line) for line in detail(row, board().exchanges, width, look)).split())


@pytest.mark.parametrize("number", range(4))
def test_rows_are_exact_and_details_no_wider_at_every_width(number: int) -> None:
    """Both languages with both sets of glyphs; every width, each by two of the four."""
    language, glyphs = tuple(product(("en", "zh"), (FANCY, ASCII)))[number]
    look, exchanges = Look(Words(language), glyphs, AT), board().exchanges
    for width in range(20 + number % 2, 201, 2):
        for row in EVERYBODY[width % 3 :: 3]:
            lines = [one_line(row, width, look), *two_lines(row, width, look)]
            assert {width_of(line) for line in lines} == {width}, row.label
            lines += detail(row, exchanges, width, look)
            assert max(width_of(line) for line in lines) <= width, row.label
            assert not any(char in text(line) for line in lines for char in "\x1b\n\r\x07\u202e")


def test_a_phone_has_the_quota_below_the_name_and_the_key_that_helps() -> None:
    alice, bob, erin, hobby = pool()[:4]
    first, second = map(text, two_lines(alice, 45, ENGLISH))
    assert first.startswith("● alice@gmail.com") and first.rstrip().endswith("1 in use")
    assert "pro    301/1500" in second and second.rstrip().endswith("20h59m")
    assert text(two_lines(erin, 45, ENGLISH)[1]).rstrip().endswith("enter: sign in")
    assert "pro empty till" in text(two_lines(bob, 45, ENGLISH)[1])
    assert "pro 622/1500" in text(two_lines(bob, 45, ENGLISH)[0])
    assert "6 left" in text(two_lines(hobby, 45, ENGLISH)[1])


def test_wide_rows_tell_other_models_too() -> None:
    alice = pool()[0]
    assert "flash 203/1500" in text(one_line(alice, 160, ENGLISH)) and "flash" not in text(one_line(alice, 80, ENGLISH))


def test_trouble_then_use_and_what_is_off_last() -> None:
    rows = sorted(EVERYBODY[:9], key=credential_row.rank)
    names = [row.label.partition("@")[0] for row in rows]
    assert set(names[:2]) == {"erin", LOST.label.partition("@")[0]} and names[2] == "bob" and names[-1] == "off"
    assert names.index("hobby") < names.index("alice") < names.index("fresh")


def test_the_detail_says_whose_figure_each_is() -> None:
    row = credential("a", quotas=(use(PRO, 301, google_remaining=0.8, google_asked_at=AT - 60), use(FLASH, 3, None)))
    said = told(row)
    assert "301/1500 counted here (limit of the account's tier); Google said 80% left at" in said
    assert "3 counted here, no known limit" in said


def test_the_pace_says_what_it_comes_to() -> None:
    lasting = credential("a", quotas=(use(PRO, 301),))
    assert "pace 51/h: lasts past the reset" in told(lasting)
    out = replace(lasting, quotas=(use(PRO, 301, outlook="out", out_at=AT + 600, resets_at=AT + 7800),))
    assert f"pace 51/h: out at {clock(AT + 600)}, 2h00m early" in told(out)
    assert "每小时 51 次：可用到重置之后" in told(lasting, CHINESE)
    assert "pace" not in told(credential("a", quotas=(use(PRO, 3, outlook=""),)))


def test_a_quota_that_several_keys_share_is_said() -> None:
    assert "shares the quota of project shop" in told(credential("a", shares="shop", quotas=(use(PRO, 3),)))


def test_a_credential_that_was_never_asked_is_not_green() -> None:
    fresh = credential("a", used_today=0)
    assert (
        credential_row.glyph_of(fresh, ENGLISH)[1] == "plain"
        and credential_row.stands(fresh, ENGLISH) == "not tried yet"
    )
    for asked in (replace(fresh, last_ok_at=AT), replace(fresh, used_today=1)):
        assert credential_row.glyph_of(asked, ENGLISH)[1] == "ok" and credential_row.stands(asked, ENGLISH) == "ready"


def test_a_rest_of_a_minute_counts_down_and_one_without_an_end_says_so() -> None:
    assert "for 41s" in credential_row.stands(credential("a", cooldowns=(rest(PRO, 41),)), ENGLISH)
    forever = credential("a", CredentialState.COOLING, cooldowns=(rest("", float("inf")),))
    assert "until you act" in credential_row.stands(forever, ENGLISH)


def test_a_refused_key_wants_another_key_and_no_sign_in() -> None:
    row = credential("k", CredentialState.NEEDS_LOGIN, kind="api-key")
    assert (
        credential_row.stands(row, ENGLISH) == "key refused" and credential_row.helps(row, ENGLISH) == "enter: new key"
    )


def test_the_list_is_searched_by_what_stands_in_a_row() -> None:
    found = [row.label for row in EVERYBODY if credential_row.matches(row, "sign-in ended", ENGLISH)]
    assert "erin@gmail.com" in found and "alice@gmail.com" not in found
    assert credential_row.matches(pool()[0], "ALICE proj-alice", ENGLISH) and not credential_row.matches(
        pool()[0], "bob", ENGLISH
    )
