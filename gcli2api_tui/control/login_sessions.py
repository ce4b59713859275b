"""Sign-ins as people follow them: steps with ticks, and how each one ended.

In: what the browser or a paste brings. Out: a credential, and a LoginStatus that the panel polls. A text that is no
answer leaves the sign-in waiting, and so does a wrong code; only Google's refusal of the person, a cancel or the clock
end it. What comes without the state of a sign-in, from whoever opens our address, changes nothing.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import field, replace

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.shared_logins import KIND, Shared, as_record, from_record
from gcli2api_tui.control.short_links import ShortLinks
from gcli2api_tui.control.verb_results import Login, LoginStatus
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.credentials.new_credentials import oauth_credential
from gcli2api_tui.events.problems import Problem, StoreFault
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import Shelf
from gcli2api_tui.upstream.oauth_sign_in import SignIns

_WAITING = LoginStatus("waiting", ((say("signin.waiting"), None),))
KEPT = 20
KNOWN_S = 600.0
"""How long other instances know how it ended."""

Keep = Callable[[Credential, bool], Awaitable[object]]
"""What is done with a credential, and whether for this home alone."""


@dataclass(slots=True)
class LoginSessions:
    """One for each runtime."""

    signins: SignIns
    clock: Clock
    port: int
    url_elsewhere: Callable[[], str] = lambda: ""
    """By which other devices reach this server; empty where none does."""
    shelf: Shelf | None = None
    """Where other instances find them; None where there is none."""
    links: ShortLinks = field(init=False)
    _begun: dict[str, Login] = field(default_factory=dict)
    _status: dict[str, LoginStatus] = field(default_factory=dict)
    _places: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Sign-in → project and location in Vertex AI; both empty for Code Assist."""
    _local: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.links = ShortLinks(self.signins.waits)

    async def begin(self, project: str = "", location: str = "", *, local: bool = False) -> Login:
        """`local`: it is kept in this home, so no other instance hears of it. Raises Problem where none is possible."""
        waiting = await self.signins.begin()
        self._note(waiting.id, _WAITING)
        self._places[waiting.id] = (project, location)
        if local:
            self._local.add(waiting.id)
        hint = f"ssh -L {self.port}:127.0.0.1:{self.port} <user>@<this machine>"
        short, elsewhere = self.links.add(waiting.id, waiting.url), self.url_elsewhere()
        short_url = elsewhere + short if elsewhere else ""
        login = Login(waiting.id, waiting.url, waiting.redirect_uri, waiting.expires_at, hint, short, short_url)
        self._begun[login.id] = login
        await self._share(login.id)
        return login

    def begun(self, login: str) -> Login | None:
        return self._begun.get(login)

    async def recall(self) -> None:
        """Those that began on other instances, and how they stand."""
        if self.shelf:
            with suppress(StoreFault):
                for record in await self.shelf.all(KIND):
                    with suppress(ValueError, KeyError, TypeError):  # of another version
                        self._adopt(from_record(record))

    def _adopt(self, shared: Shared) -> None:
        """What goes on here is known better here."""
        login, known = shared.login, self._status.get(shared.login.id)
        if known is not None and known.phase != "waiting":
            return
        self._note(login.id, shared.status)
        self._begun[login.id], self._places[login.id] = login, shared.place
        self.links.take(login.short, login.id, login.url, used=shared.opened)
        if shared.waiting:
            self.signins.adopt(shared.waiting)
        else:
            self.signins.cancel(login.id)

    async def _share(self, login: str) -> None:
        begun, status = self._begun.get(login), self._status.get(login)
        if self.shelf and begun and status and login not in self._local:
            place = self._places.get(login, ("", ""))
            waiting = self.signins.waiting(login)
            shared = Shared(begun, status, place, self.links.used(begun.short), waiting)
            with suppress(StoreFault):
                await self.shelf.put(KIND, login, as_record(shared), begun.expires_at + KNOWN_S)

    async def opened(self, code: str) -> None:
        """A short link led to Google's page, here."""
        await self._share(self.links.login_of(code))

    def follow(self, code: str) -> str:
        """Google's page of the sign-in that a short link is for, this once. Raises ClientFault."""
        login, url = self.links.follow(code)
        if self.status(login) == _WAITING:
            self._note(login, replace(_WAITING, steps=((say("link.opened"), True), *_WAITING.steps)))
        return url

    def check(self, code: str) -> None:
        """Whether a short link would lead somewhere; it stays unused. Raises ClientFault where not."""
        self.links.check(code)

    async def finish(self, login: str, text: str, keep: Keep) -> Credential:
        """Exchange the answer and `keep` the credential. Raises Problem; then the sign-in waits on, or has failed."""
        await self.recall()
        named = self.signins.meant(text, login)
        try:
            return await self._finish(login, named, text, keep)
        finally:
            await self._share(named or login)

    async def _finish(self, login: str, named: str, text: str, keep: Keep) -> Credential:
        if named in self._status:
            self._note(
                named, LoginStatus("exchanging", ((say("signin.code_received"), True), (say("signin.asking"), None)))
            )
        try:
            signed_in = await self.signins.finish(text, login)
            credential = oauth_credential(signed_in.tokens, signed_in.email, *self._places.get(signed_in.id, ()))
            await keep(credential, signed_in.id in self._local)  # "done" would be a lie before it is on the disk
        except Problem as problem:
            self._fell_through(named or login, problem)
            raise
        steps = (
            (say("signin.code_received"), True),
            (say("signin.tokens_received"), True),
            (_account(signed_in.email), True),
        )
        self._note(signed_in.id, LoginStatus("done", steps, say("control.signed_in", label=credential.label)))
        return credential

    def status(self, login: str) -> LoginStatus:
        status = self._status.get(login)
        if status is None:
            return LoginStatus("expired", (), say("signin.unknown"))
        if status.phase == "waiting" and not self.signins.waits(login):
            return LoginStatus("expired", (), say("signin.expired"))
        return status

    async def cancel(self, login: str) -> None:
        await self.recall()
        self.signins.cancel(login)
        self._note(login, LoginStatus("cancelled", (), say("signin.cancelled")))
        await self._share(login)

    def _fell_through(self, login: str, problem: Problem) -> None:
        if login not in self._status:
            return
        if self.signins.waits(login):
            self._note(login, replace(_WAITING, message=problem.sentence))
        else:
            self._note(login, LoginStatus("failed", ((say("signin.tokens"), False),), problem.sentence))

    def _note(self, login: str, status: LoginStatus) -> None:
        self._status[login] = status
        while len(self._status) > KEPT:
            oldest = next(iter(self._status))
            del self._status[oldest]
            self._places.pop(oldest, None)
            self._begun.pop(oldest, None)
            self._local.discard(oldest)


def _account(email: str) -> Message:
    return say("signin.account", email=email) if email else say("signin.account_unknown")
