"""S2: the panel's password as the `state` of a sign-in, from where it reached Google, histories and logs."""

from urllib.parse import parse_qs, urlsplit

from finding_server import CLIENT, PANEL, Served


def test_the_state_is_random_and_holds_no_key(served: Served) -> None:
    begun = [served.begin_login() for _ in range(2)]
    states = [parse_qs(urlsplit(one["url"]).query)["state"][0] for one in begun]
    assert states[0] != states[1] and all(len(state) >= 40 for state in states)
    for one in begun:
        assert CLIENT not in one["url"] and PANEL not in one["url"]
        assert parse_qs(urlsplit(one["url"]).query)["code_challenge_method"] == ["S256"]


def test_a_state_that_nobody_began_changes_nothing(served: Served) -> None:
    answer = served.ask("/auth/callback?state=made-up&code=4/stolen")
    assert answer.status == 400 and "made-up" not in answer.body and "4/stolen" not in answer.body
    assert "4/stolen" not in served.log() and "made-up" not in served.log()
