"""One client key: by what it is known, and what it may do. Pure.

Kept is the plain SHA-256 of the key, never the key. That is enough here: a key is 256 random bits, so nobody finds one
by trying, salted or not, and a slow hash, which guards words that people choose, would only cost every request.
"""

import fnmatch
import hashlib
import secrets

from gcli2api_tui.events.records import THE_CLIENT_KEY, ClientKeyId, CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import ClientKeyState
from gcli2api_tui.quick_dataclass import dataclass

LONGEST_NAME = 40
RANDOM_BYTES = 32
MOST_A_MINUTE = 100_000
"""The highest limit, and as many moments are remembered."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """As it is kept. Of limits None means none; of models and credentials, none means all."""

    name: ClientKeyId
    digest: str
    """SHA-256 of the key, in hex."""
    hint: str
    """Its last four characters."""
    created_at: float
    enabled: bool = True
    expires_at: float | None = None
    models: tuple[str, ...] = ()
    credentials: tuple[CredentialId, ...] = ()
    rpm: int | None = None
    rpd: int | None = None
    tpd: int | None = None
    concurrent: int | None = None
    thinking: str = ""
    """An effort, for requests that say nothing of thinking."""
    service_tier: str = ""
    """Google's word, for requests that name no tier."""
    revoked_at: float | None = None
    """It is kept so that whoever still sends it hears why it is refused."""

    def state(self, now: float) -> ClientKeyState:
        if not self.enabled:
            return "off"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "on"

    def serves(self, now: float) -> bool:
        return self.revoked_at is None and self.state(now) == "on"

    def may_use(self, model: str) -> bool:
        """Whether a model, by its id in the catalogue, is on the list."""
        return not self.models or any(fnmatch.fnmatchcase(model, pattern) for pattern in self.models)

    @property
    def group(self) -> frozenset[CredentialId] | None:
        """The credentials that may serve it; None for all."""
        return frozenset(self.credentials) or None

    @property
    def is_limited(self) -> bool:
        """A limit is counted over time, and must hold over a crash."""
        return self.rpm is not None or self.rpd is not None or self.tpd is not None


def new_secret() -> Secret:
    """256 random bits."""
    return Secret(f"sk-{secrets.token_urlsafe(RANDOM_BYTES)}")


def digest_of(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def is_name(name: str) -> bool:
    """1–40 printable characters without a slash, which parts addresses; the own key has a name already."""
    shown = name.isprintable() and "/" not in name
    return shown and 0 < len(name) <= LONGEST_NAME and folded(name) != THE_CLIENT_KEY


def folded(name: str) -> str:
    """Names that differ by capitals alone are one: people could not tell them apart."""
    return name.casefold()
