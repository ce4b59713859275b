"""The sign-in desk: what a person sees of it at each turn."""

import json
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.login_sessions import LoginSessions
from gcli2api_tui.control.verb_results import Login
from gcli2api_tui.credentials.credential import Credential, Kind, OAuthClient, OAuthTokens
from gcli2api_tui.events.problems import ClientFault, Problem, StoreFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.json_codec import from_json, to_json
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.upstream.oauth_sign_in import SignedIn, SignIn

CLIENT = OAuthClient("c", Secret("s"))


class FakeSignIns:
    """Waits for `good`; `dead` consumes the sign-in and fails, anything else is refused and leaves it waiting."""

    def __init__(self) -> None:
        self.all: dict[str, SignIn] = {}

    async def begin(self) -> SignIn:
        number = f"s{len(self.all)}"
        self.all[number] = SignIn(
            number, "http://g/", "http://127.0.0.1:1/auth/callback", Secret("x"), Secret("y"), 300.0, CLIENT
        )
        return self.all[number]

    def waits(self, sign_in: str) -> bool:
        return sign_in in self.all

    def waiting(self, sign_in: str) -> SignIn | None:
        return self.all.get(sign_in)

    def adopt(self, sign_in: SignIn) -> None:
        self.all.setdefault(sign_in.id, sign_in)

    def cancel(self, sign_in: str) -> None:
        self.all.pop(sign_in, None)

    def meant(self, text: str, sign_in: str = "") -> str:
        return sign_in or ("" if text == "of nobody" else next(iter(self.all), ""))

    async def finish(self, text: str, sign_in: str = "") -> SignedIn:
        if text not in ("good", "dead"):
            raise Problem("There is no code in this text.")
        (named,) = [sign_in] if sign_in else self.all
        self.cancel(named)
        if text == "dead":
            raise Problem("Google refused.")
        return SignedIn(named, OAuthTokens(Secret("r"), "c", Secret("s")), "a@example.com")


async def keep(credential: Credential, local: bool) -> None:
    """The disk takes it."""


@pytest.fixture
def login_sessions() -> LoginSessions:
    return LoginSessions(FakeSignIns(), Clock(), 7861)  # type: ignore[arg-type]


async def test_a_good_answer_gives_a_credential_and_is_done(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    credential = await login_sessions.finish(login.id, "good", keep)
    assert credential.label == "a@example.com"
    assert login_sessions.status(login.id).phase == "done"


async def test_the_browsers_answer_needs_no_id(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    await login_sessions.finish("", "good", keep)
    assert login_sessions.status(login.id).phase == "done"


async def test_a_wrong_text_leaves_it_waiting_with_the_reason(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    with pytest.raises(Problem):
        await login_sessions.finish(login.id, "nonsense", keep)
    assert login_sessions.status(login.id).phase == "waiting"
    assert "no code" in login_sessions.status(login.id).message


async def test_what_comes_without_a_state_leaves_no_trace(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    with pytest.raises(Problem):
        await login_sessions.finish("", "of nobody", keep)
    assert (login_sessions.status(login.id).phase, login_sessions.status(login.id).message) == ("waiting", "")


async def test_googles_refusal_ends_it(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    with pytest.raises(Problem):
        await login_sessions.finish(login.id, "dead", keep)
    assert login_sessions.status(login.id).phase == "failed"
    assert "Google refused" in login_sessions.status(login.id).message


async def test_a_cancelled_and_a_forgotten_one_say_so(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    await login_sessions.cancel(login.id)
    assert login_sessions.status(login.id).phase == "cancelled"
    assert login_sessions.status("never").phase == "expired"


async def test_one_that_waited_too_long_has_expired(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    login_sessions.signins.all.clear()  # type: ignore[attr-defined]
    assert login_sessions.status(login.id).phase == "expired"


async def test_a_sign_in_for_vertex_becomes_one_there(login_sessions: LoginSessions) -> None:
    await login_sessions.begin()
    login = await login_sessions.begin("proj", "eu")
    credential = await login_sessions.finish(login.id, "good", keep)
    assert (credential.kind, credential.project, credential.settings.location) == (Kind.VERTEX_OAUTH, "proj", "eu")
    assert credential.label == "a@example.com · proj"


async def test_the_short_link_leads_to_google_once_and_the_person_sees_that_it_was_opened() -> None:
    desk = LoginSessions(FakeSignIns(), Clock(), 7861, lambda: "http://192.168.1.23:7861")  # type: ignore[arg-type]
    login = await desk.begin()
    assert login.short_url == f"http://192.168.1.23:7861{login.short}"
    code = login.short.removeprefix("/a/")
    desk.check(code)
    assert [ok for _, ok in desk.status(login.id).steps] == [None]
    assert desk.follow(code) == login.url
    assert [ok for _, ok in desk.status(login.id).steps] == [True, None]
    with pytest.raises(ClientFault) as again:
        desk.follow(code)
    assert again.value.status == 410


async def test_a_short_link_ends_with_its_sign_in(login_sessions: LoginSessions) -> None:
    login = await login_sessions.begin()
    assert login.short_url == "", "nobody else reaches this server"
    await login_sessions.cancel(login.id)
    with pytest.raises(ClientFault) as over:
        login_sessions.follow(login.short.removeprefix("/a/"))
    assert over.value.status == 410 and login_sessions.status(login.id).phase == "cancelled"


async def test_a_short_link_travels_to_an_attached_panel_and_an_older_server_has_none(
    login_sessions: LoginSessions,
) -> None:
    login = await login_sessions.begin()
    sent = to_json(login)
    assert from_json(Login, sent) == login
    older = {name: value for name, value in sent.items() if not name.startswith("short")}
    assert from_json(Login, older).short_url == ""


class OneShelf:
    """What two instances share, in memory; `away` as a database is."""

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.away = False

    async def all(self, kind: str) -> tuple[Any, ...]:
        self._require()
        return tuple(map(json.loads, self.records.values()))

    async def put(self, kind: str, name: str, record: Any, until: float) -> None:
        self._require()
        self.records[name] = json.dumps(record)

    def _require(self) -> None:
        if self.away:
            raise StoreFault(quoted("away"))


@pytest.fixture
def two() -> tuple[LoginSessions, LoginSessions]:
    shelf = OneShelf()
    made = [LoginSessions(FakeSignIns(), Clock(), 7861, shelf=shelf) for _ in range(2)]  # type: ignore[arg-type]
    return made[0], made[1]


async def test_what_one_instance_began_another_finishes_and_both_know_it(
    two: tuple[LoginSessions, LoginSessions],
) -> None:
    a, b = two
    login = await a.begin()
    await b.recall()
    assert b.begun(login.id) == login and b.status(login.id).phase == "waiting"
    with pytest.raises(Problem):
        await b.finish(login.id, "nonsense", keep)
    await b.finish(login.id, "good", keep)
    await a.recall()
    assert a.status(login.id) == b.status(login.id) and a.status(login.id).phase == "done"
    with pytest.raises(ClientFault):
        a.follow(login.short.removeprefix("/a/"))


async def test_a_short_link_leads_once_on_all_instances(two: tuple[LoginSessions, LoginSessions]) -> None:
    a, b = two
    login = await a.begin()
    code = login.short.removeprefix("/a/")
    await b.recall()
    assert b.follow(code) == login.url
    await b.opened(code)
    await a.recall()
    with pytest.raises(ClientFault):
        a.follow(code)


async def test_without_the_database_each_knows_its_own(two: tuple[LoginSessions, LoginSessions]) -> None:
    a, _ = two
    a.shelf.away = True  # type: ignore[union-attr]
    login = await a.begin()
    await a.recall()
    await a.finish(login.id, "good", keep)
    assert a.status(login.id).phase == "done"
