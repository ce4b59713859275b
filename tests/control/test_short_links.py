"""Short links: each leads there once, while its sign-in waits, and nobody guesses one."""

import pytest

from gcli2api_tui.control.short_links import KEPT_LINKS, LENGTH, PATH, READABLE, ShortLinks
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.secret import Secret

CLIENT = OAuthClient("c", Secret("s"))


@pytest.fixture
def waiting() -> set[str]:
    return {"s1"}


@pytest.fixture
def links(waiting: set[str]) -> ShortLinks:
    return ShortLinks(waiting.__contains__)


def status(links: ShortLinks, code: str) -> int:
    """What a visitor would be answered."""
    try:
        links.follow(code)
    except ClientFault as fault:
        return fault.status
    return 303


def test_a_link_leads_there_once_in_whatever_case_it_is_typed(links: ShortLinks) -> None:
    code = links.add("s1", "https://g/?state=x").removeprefix(PATH)
    links.check(code)
    assert links.follow(code.upper()) == ("s1", "https://g/?state=x")
    assert status(links, code) == 410
    with pytest.raises(ClientFault, match="once"):
        links.check(code)


def test_it_ends_with_its_sign_in(links: ShortLinks, waiting: set[str]) -> None:
    code = links.add("s1", "https://g/").removeprefix(PATH)
    waiting.clear()
    assert status(links, code) == 410
    assert status(links, "never") == status(links, "") == 404


def test_there_are_never_many(links: ShortLinks) -> None:
    first, *others = (links.add("s1", "https://g/").removeprefix(PATH) for _ in range(KEPT_LINKS + 1))
    assert status(links, first) == 404
    assert {status(links, code) for code in others} == {303} and len(set(others)) == KEPT_LINKS


def test_nobody_guesses_it() -> None:
    assert len(set(READABLE)) ** LENGTH >= 2**64
    assert not set("0o1li") & set(READABLE)
