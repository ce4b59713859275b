"""The state of the simulated Google: who exists, what they may do, and what they used.

Tests and the demo fill it (`add_api_key`, `add_account`), spoil it (`kill_refresh_token`, `faults.push`) and read it
(`journal.calls`). Tokens and codes are minted here, from the seed and a counter, so that two runs look the same.
"""

import hashlib
from dataclasses import field
from typing import Literal

from gcli2api_tui.clock import Clock
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.faults import FaultMenu
from gcli2api_tui.simulator.journal import Journal
from gcli2api_tui.simulator.long_decode import LongDecode
from gcli2api_tui.simulator.models import MODELS, Model, Service, find
from gcli2api_tui.simulator.quota import Limits, Meters, day_of
from gcli2api_tui.simulator.scripted_turns import Script
from gcli2api_tui.simulator.texts import PLAIN, Voice

KeyState = Literal["ok", "expired", "leaked", "suspended", "service_disabled", "old_kind"]
CLIENT_ID = "sim-client.apps.googleusercontent.com"
CLIENT_SECRET = "sim-client-secret"
OWN_CLIENT_ID = "sim-own-client.apps.googleusercontent.com"
OWN_CLIENT_SECRET = "sim-own-client-secret"
TOKEN_LIFE_S = 3599.0


@dataclass(slots=True)
class ApiKey:
    """Limits belong to the project, so that two keys of one project share them, as at Google."""

    key: str
    project: str
    limits: Limits
    free: bool = True
    state: KeyState = "ok"
    models: frozenset[str] | None = None


@dataclass(slots=True)
class Account:
    """`tier` is standard-tier, free-tier (not onboarded) or a refusal: UNSUPPORTED_CLIENT, VALIDATION_REQUIRED."""

    email: str
    refresh_token: str
    tier: str
    project: str
    limits: Limits
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    dead: bool = False
    rotating: bool = False
    onboarded: bool = True
    gives_project: bool = True
    """Google names `project` itself; else the caller has to."""
    without_models: frozenset[str] = frozenset()
    operations: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth client that no account uses by itself; a web client returns to its own addresses only."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...] = ()


@dataclass(slots=True)
class ServiceAccount:
    """Known by the public half of its key, in PEM."""

    email: str
    project: str
    public_key: str
    key_id: str
    limits: Limits
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Principal:
    """Who an access token stands for, of whatever kind."""

    email: str
    project: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Grant:
    """What stands behind an authorization code, for one exchange."""

    email: str
    client_id: str
    redirect_uri: str
    challenge: str
    scope: str
    expires_at: float


class World:
    """`first_byte_s` and `pace_s` (between events) slow answers down to what a person can watch; tests leave them 0.

    `voice` says how models speak. `pacing` is the clock that all this waits by: the demo's other clock may run faster
    than people read.
    """

    def __init__(
        self,
        seed: int = 0,
        clock: Clock | None = None,
        *,
        first_byte_s: float = 0.0,
        pace_s: float = 0.0,
        pacing: Clock | None = None,
        voice: Voice = PLAIN,
    ) -> None:
        self.voice = voice
        self.seed, self.clock = seed, clock or Clock()
        self.token_life_s = TOKEN_LIFE_S
        self.first_byte_s, self.pace_s, self.pacing = first_byte_s, pace_s, pacing or self.clock
        self.faults, self.journal, self.meters, self.script = FaultMenu(), Journal(), Meters(), Script()
        self.models: tuple[Model, ...] = MODELS
        self.long_decode = LongDecode()
        self.api_keys: dict[str, ApiKey] = {}
        self.accounts: dict[str, Account] = {}
        self.clients: dict[str, Client] = {}
        self.service_accounts: dict[str, ServiceAccount] = {}
        self.codes: dict[str, Grant] = {}
        self._granted: dict[str, tuple[str, str]] = {}
        self._tokens: dict[str, tuple[str, float]] = {}
        self._minted = 0

    def add_api_key(
        self,
        key: str,
        *,
        project: str = "sim-project",
        rpm: int | None = None,
        rpd: int | None = None,
        free: bool = True,
        state: KeyState = "ok",
        models: frozenset[str] | None = None,
    ) -> ApiKey:
        """`models`: only these exist for the key's tier, others answer `limit: 0`; None means all."""
        self.api_keys[key] = ApiKey(key, project, Limits(rpm, rpd, "pacific"), free, state, models)
        return self.api_keys[key]

    def add_account(
        self,
        email: str,
        *,
        refresh_token: str = "",
        tier: str = "standard-tier",
        project: str = "sim-project",
        rpm: int | None = 120,
        rpd: int | None = 1500,
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
        dead: bool = False,
        rotating: bool = False,
        gives_project: bool = True,
        without_models: frozenset[str] = frozenset(),
    ) -> Account:
        """A `rotating` account gets a new refresh token with each refresh, and the old one dies."""
        token = refresh_token or f"1//sim-{email.split('@')[0]}"
        account = Account(email, token, tier, project, Limits(rpm, rpd), client_id, client_secret, dead, rotating)
        account.onboarded, account.without_models = tier == "standard-tier", without_models
        account.gives_project = gives_project
        self.accounts[email] = account
        return account

    def add_client(self, client_id: str, secret: str, redirect_uris: tuple[str, ...] = ()) -> Client:
        """Somebody's own OAuth client, with which any account may sign in."""
        self.clients[client_id] = Client(client_id, secret, redirect_uris)
        return self.clients[client_id]

    def add_service_account(
        self, email: str, public_key: str, *, project: str = "sim-project", key_id: str = "", rpm: int | None = None
    ) -> ServiceAccount:
        self.service_accounts[email] = ServiceAccount(email, project, public_key, key_id, Limits(rpm))
        return self.service_accounts[email]

    def client(self, client_id: str) -> Client | None:
        """Of any kind; an account's own is a desktop client."""
        own = (one for one in self.accounts.values() if one.client_id == client_id)
        account = next(own, None)
        return Client(client_id, account.client_secret) if account else self.clients.get(client_id)

    def add_model(self, model: Model) -> None:
        """Google brings out another one."""
        self.models = (*self.models, model)

    def find(self, model: str, service: Service) -> Model | None:
        """The model that answers to this id today."""
        return find(model, service, day_of(self.clock.now()), self.models)

    def kill_refresh_token(self, email: str) -> None:
        """As when the person takes the consent back: the access tokens go with it."""
        self.accounts[email].dead = True
        self._tokens = {token: held for token, held in self._tokens.items() if held[0] != email}

    def expire_access_tokens(self) -> None:
        self._tokens.clear()

    def issue_token(self, email: str, life_s: float = TOKEN_LIFE_S) -> str:
        token = f"ya29.sim-{self.mint('token')}"
        self._tokens[token] = (email, self.clock.now() + life_s)
        return token

    def holder(self, token: str) -> tuple[Account, float] | None:
        """The account of a living access token, and when the token ends."""
        email, ends_at = self._tokens.get(token, ("", 0.0))
        account = self.accounts.get(email)
        return (account, ends_at) if account and ends_at > self.clock.now() else None

    def principal(self, token: str) -> Principal | None:
        """Whoever a living access token stands for: a person or a service account."""
        email, ends_at = self._tokens.get(token, ("", 0.0))
        one = self.accounts.get(email) or self.service_accounts.get(email)
        return Principal(email, one.project, one.limits) if one and ends_at > self.clock.now() else None

    def grant(self, account: Account, client_id: str) -> str:
        """A refresh token of this account for this client, which alone may use it."""
        if client_id == account.client_id:
            return account.refresh_token
        token = f"1//sim-{self.mint('refresh')}"
        self._granted[token] = (account.email, client_id)
        return token

    def by_refresh_token(self, token: str) -> Account | None:
        email, _ = self._granted.get(token, ("", ""))
        return self.accounts.get(email) or next(
            (one for one in self.accounts.values() if one.refresh_token == token), None
        )

    def client_of(self, token: str, account: Account) -> str:
        """The client that a refresh token belongs to."""
        return self._granted.get(token, (account.email, account.client_id))[1]

    def revoke(self, token: str) -> bool:
        """An access token or a refresh token; True when it was one."""
        account = self.by_refresh_token(token)
        held = self._tokens.pop(token, None)
        if account:
            self.kill_refresh_token(account.email)
        return bool(account or held)

    def mint(self, purpose: str) -> str:
        """A new value that looks random and is not."""
        self._minted += 1
        return hashlib.sha256(f"{self.seed}|{purpose}|{self._minted}".encode()).hexdigest()[:24]
