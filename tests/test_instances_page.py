"""A browser behind a balancer: each of its requests goes to another of two real instances on one PostgreSQL."""

import concurrent.futures
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from itertools import count
from typing import Any

import programs
import pytest
from instances import KEYS
from programs import until
from test_instances import Cluster
from test_instances import cluster as cluster

from gcli2api_tui.server.lockout import MOST

pytestmark = [pytest.mark.slow, pytest.mark.tool("postgres")]


def sent(request: urllib.request.Request | str) -> Any:
    try:
        return urllib.request.build_opener(NoRedirects).open(request, timeout=30)
    except urllib.error.HTTPError as told:
        return told


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *what: Any) -> None:
        """The browser is told, and goes there itself."""


@dataclass(slots=True)
class Browser:
    """It knows one address; `turn` chooses who answers."""

    cluster: Cluster
    turn: "count[int]"
    cookie: str = ""
    token: str = ""

    def ask(self, path: str, **form: str) -> tuple[int, str, str]:
        """Status, where it leads, text."""
        headers = {"Host": "127.0.0.1:9999", "Cookie": self.cookie}
        data = urllib.parse.urlencode({"csrf": self.token, **form}).encode() if form else None
        request = urllib.request.Request(f"{self.cluster.at(next(self.turn) % 2)}{path}", data, headers)
        with sent(request) as answer:
            if given := answer.headers.get("Set-Cookie"):
                self.cookie = given.partition(";")[0]
            text = answer.read().decode()
        if found := re.search(r'name="csrf" value="([^"]+)"', text):
            self.token = found[1]
        return answer.status, answer.headers.get("Location", ""), text


def test_one_signs_in_adds_an_account_and_signs_out_wherever_a_balancer_leads(cluster: Cluster) -> None:
    cluster.start(0), cluster.start(1)
    browser = Browser(cluster, count())
    assert browser.ask("/auth/sign-in", key="pwd")[:2] == (303, "/auth")
    for _ in range(4):
        assert browser.ask("/auth")[0] == 200
    assert browser.ask("/auth/add")[0] == 200
    status, begun, _ = browser.ask("/auth/google/begin", read="yes")
    assert (status, begun[:13]) == (303, "/auth/google/")
    status, _, text = browser.ask(begun)
    assert status == 200
    google = re.search(r'href="([^"]*/o/oauth2/[^"]+)"', text)
    assert google
    came_back = said_by_google(google[1].replace("&amp;", "&"))
    status, led, _ = browser.ask(f"{begun}/finish", text=came_back)
    assert (status, led) == (303, "/auth")
    for _ in range(2):
        assert json.loads(browser.ask(f"{begun}/steps")[2])["phase"] == "done"
    until(lambda: [len(cluster.pool(number)) for number in range(2)] == [1, 1], "the account")
    assert browser.ask("/auth/sign-out", bye="yes")[:2] == (303, "/auth/sign-in")
    until(lambda: [browser.ask("/auth")[0] for _ in range(2)] == [303, 303], "the sign-out at both")


def test_a_sign_in_that_one_began_is_known_to_the_other_but_not_one_for_its_own_home(cluster: Cluster) -> None:
    def asked(number: int, path: str, **body: Any) -> Any:
        return programs.fetch(f"{cluster.at(number)}/admin/api/{path}", body or None, "pwd")

    cluster.start(0), cluster.start(1)
    asked(0, "terms", seen=True)
    shared, own = asked(0, "login/begin", project=""), asked(0, "login/begin", local=True)
    assert asked(1, f"login/{shared['id']}")["phase"] == "waiting"
    assert asked(1, f"login/{own['id']}")["phase"] == "expired"
    asked(1, "login/finish", id=shared["id"], text=said_by_google(shared["url"]))
    assert asked(0, f"login/{shared['id']}")["phase"] == "done"
    until(lambda: [len(cluster.pool(number)) for number in range(2)] == [1, 1], "the account")
    asked(0, "login/finish", id=own["id"], text=said_by_google(f"{own['url']}&sim_account=bob@example.com"))
    until(lambda: [len(cluster.pool(number)) for number in range(2)] == [2, 1], "the account of one home")


def test_an_address_that_guesses_keys_at_one_is_locked_out_at_both_and_after_a_start(cluster: Cluster) -> None:
    cluster.start(0), cluster.start(1)
    cluster.bring(0, KEYS[0])
    until(lambda: len(cluster.pool(1)) == 1, "the credential")
    with concurrent.futures.ThreadPoolExecutor(MOST) as guessing:
        assert set(guessing.map(lambda number: cluster.ask(0, f"sk-guess-{number}"), range(MOST + 2))) == {401, 429}
    until(lambda: cluster.ask(1, "sk-another") == 429, "the lockout at the other")
    assert cluster.ask(1) == 200, "who has the key is never kept out"
    cluster.kill(1)
    cluster.start(1)
    assert cluster.ask(1, "sk-another") == 429


def said_by_google(url: str) -> str:
    """The address that its page leads back to."""
    with sent(url) as answer:
        return str(answer.headers["Location"])
