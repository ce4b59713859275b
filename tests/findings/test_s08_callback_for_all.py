"""S8: a listener for the sign-in on all addresses, ten minutes long, without PKCE."""

import urllib.parse

from finding_server import PANEL, Served


def test_the_address_is_loopback_and_an_answer_is_taken_once(served: Served) -> None:
    begun = served.begin_login()
    assert begun["redirect_uri"].startswith("http://127.0.0.1:")
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(begun["url"]).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    back = served.ask(begun["url"]).header("location")[0]
    first, second = served.ask(back), served.ask(back)
    assert (first.status, second.status) == (200, 400)
    assert served.ask(f"/admin/api/login/{begun['id']}", key=PANEL).json()["phase"] == "done"
    (row,) = [
        one for one in served.ask("/admin/api/credentials", key=PANEL).json()["credentials"] if "@" in one["label"]
    ]
    served.ask(f"/admin/api/credentials/{row['id']}/remove", {}, key=PANEL)


def test_a_sign_in_waits_for_five_minutes(served: Served) -> None:
    begun, now = served.begin_login(), served.ask("/admin/api/snapshot", key=PANEL).json()["at"]
    assert 0 < begun["expires_at"] - now <= 300
