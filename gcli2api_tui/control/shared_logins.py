"""Sign-ins that wait, where several instances share a database: whichever a balancer leads to takes the answer.

In: a sign-in as one instance has it. Out: a record of it, and the same on another, until it ends. What is secret in it
(state, verifier, client) is sealed by the shelf, which keeps the page's sessions too. It raises StoreFault while the
database is away: then each instance knows its own.
"""

from collections.abc import Mapping
from typing import Any

from gcli2api_tui.control.verb_results import Login, LoginStatus
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.json_codec import from_json, to_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import Record
from gcli2api_tui.upstream.oauth_sign_in import SignIn

KIND = "sign-in"


@dataclass(frozen=True, slots=True)
class Shared:
    """All that another instance needs of it."""

    login: Login
    status: LoginStatus
    place: tuple[str, str]
    opened: bool
    """Its short link was."""
    waiting: SignIn | None
    """None when it is over."""


def as_record(shared: Shared) -> Record:
    return {
        "login": to_json(shared.login),
        "status": to_json(shared.status),
        "place": list(shared.place),
        "opened": shared.opened,
        "waiting": _revealed(shared.waiting) if shared.waiting else None,
    }


def from_record(record: Record) -> Shared:
    """Raises ValueError, KeyError or TypeError for one of another version."""
    waiting = record["waiting"]
    project, location = record["place"]
    return Shared(
        from_json(Login, record["login"]),
        from_json(LoginStatus, record["status"]),
        (str(project), str(location)),
        bool(record["opened"]),
        _sign_in(waiting) if waiting else None,
    )


def _revealed(one: SignIn) -> Mapping[str, object]:
    client = one.client.client_id, one.client.client_secret.reveal(), list(one.client.redirect_uris)
    secrets = one.state.reveal(), one.verifier.reveal()
    return {"at": [one.id, one.url, one.redirect_uri, one.expires_at], "secrets": secrets, "client": client}


def _sign_in(found: Mapping[str, Any]) -> SignIn:
    (identity, url, redirect_uri, expires_at), (state, verifier) = found["at"], found["secrets"]
    client_id, client_secret, redirect_uris = found["client"]
    client = OAuthClient(client_id, Secret(client_secret), tuple(redirect_uris))
    return SignIn(identity, url, redirect_uri, Secret(state), Secret(verifier), float(expires_at), client)
