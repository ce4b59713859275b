"""The sign-in desk: what a person sees of it at each turn."""

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.desk import LoginDesk
from gcli2api_tui.credentials.kinds import Kind, OAuthClient, OAuthTokens
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.oauth import SignedIn, SignIn

CLIENT = OAuthClient("c", Secret("s"))


class FakeSignIns:
    """Waits for `good`; `dead` consumes the sign-in and fails, anything else is refused and leaves it waiting."""

    def __init__(self) -> None:
        self.waiting: set[str] = set()

    def begin(self) -> SignIn:
        number = f"s{len(self.waiting)}"
        self.waiting.add(number)
        return SignIn(number, "http://g/", "http://127.0.0.1:1/auth/callback", Secret("x"), Secret("y"), 300.0, CLIENT)

    def waits(self, sign_in: str) -> bool:
        return sign_in in self.waiting

    def cancel(self, sign_in: str) -> None:
        self.waiting.discard(sign_in)

    def meant(self, text: str, sign_in: str = "") -> str:
        return sign_in or ("" if text == "of nobody" else next(iter(self.waiting), ""))

    async def finish(self, text: str, sign_in: str = "") -> SignedIn:
        if text not in ("good", "dead"):
            raise Problem("There is no code in this text.")
        (named,) = [sign_in] if sign_in else self.waiting
        self.waiting.discard(named)
        if text == "dead":
            raise Problem("Google refused.")
        return SignedIn(named, OAuthTokens(Secret("r"), "c", Secret("s")), "a@example.com")


@pytest.fixture
def desk() -> LoginDesk:
    return LoginDesk(FakeSignIns(), Clock(), 7861)  # type: ignore[arg-type]


async def test_a_good_answer_gives_a_credential_and_is_done(desk: LoginDesk) -> None:
    login = desk.begin()
    credential = await desk.finish(login.id, "good")
    assert credential.label == "a@example.com"
    assert desk.status(login.id).phase == "done"


async def test_the_browsers_answer_needs_no_id(desk: LoginDesk) -> None:
    login = desk.begin()
    await desk.finish("", "good")
    assert desk.status(login.id).phase == "done"


async def test_a_wrong_text_leaves_it_waiting_with_the_reason(desk: LoginDesk) -> None:
    login = desk.begin()
    with pytest.raises(Problem):
        await desk.finish(login.id, "nonsense")
    assert desk.status(login.id).phase == "waiting"
    assert "no code" in desk.status(login.id).message


async def test_what_comes_without_a_state_leaves_no_trace(desk: LoginDesk) -> None:
    login = desk.begin()
    with pytest.raises(Problem):
        await desk.finish("", "of nobody")
    assert (desk.status(login.id).phase, desk.status(login.id).message) == ("waiting", "")


async def test_googles_refusal_ends_it(desk: LoginDesk) -> None:
    login = desk.begin()
    with pytest.raises(Problem):
        await desk.finish(login.id, "dead")
    assert desk.status(login.id).phase == "failed"
    assert "Google refused" in desk.status(login.id).message


async def test_a_cancelled_and_a_forgotten_one_say_so(desk: LoginDesk) -> None:
    login = desk.begin()
    desk.cancel(login.id)
    assert desk.status(login.id).phase == "cancelled"
    assert desk.status("never").phase == "expired"


async def test_one_that_waited_too_long_has_expired(desk: LoginDesk) -> None:
    login = desk.begin()
    desk.signins.waiting.clear()  # type: ignore[attr-defined]
    assert desk.status(login.id).phase == "expired"


async def test_a_sign_in_for_vertex_becomes_one_there(desk: LoginDesk) -> None:
    desk.begin()
    login = desk.begin("proj", "eu")
    credential = await desk.finish(login.id, "good")
    assert (credential.kind, credential.project, credential.settings.location) == (Kind.VERTEX_OAUTH, "proj", "eu")
    assert credential.label == "a@example.com · proj"
