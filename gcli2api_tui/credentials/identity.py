"""When two credentials are one: of the same account, or of the same key; and what becomes of two versions of one.

In: credentials. Out: whether they are the same, and one made of both. Never by the label, which people change and which
holds no key. `IdentityIndex` finds them by id, by file and by identity without walking through all. Pure.
"""

import dataclasses

from gcli2api_tui.credentials.credential import (
    ApiKey,
    Credential,
    OAuthTokens,
    SecretPart,
    ServiceAccount,
)
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret


def fingerprint(secret: SecretPart) -> str:
    """What makes two secrets the same one; safe to keep and show."""
    match secret:
        case ApiKey(key):
            return key.fingerprint()
        case OAuthTokens(refresh_token):
            return refresh_token.fingerprint()
        case ServiceAccount(email, private_key):
            return Secret(f"{email}\n{private_key.reveal().strip()}").fingerprint()


def identities(credential: Credential) -> tuple[str, ...]:
    """By any of these it is known; a key in express mode looks like any other, so the kind belongs to each."""
    by_secret = f"{credential.kind} {fingerprint(credential.secret)}"
    return (by_secret, f"{credential.kind} {credential.account}") if credential.account else (by_secret,)


def fits(one: Credential, other: Credential) -> bool:
    """Whether both work in one project; a project that is not known yet counts as the same."""
    return one.project == other.project or not one.project or not other.project


def is_younger(one: Credential, other: Credential, now: float) -> bool:
    """Whether a file's sign-in was made, or last used, after the one we have of the same account.

    A token's end tells: each use of a sign-in gives it a later one. A sign-in without any is taken for younger than
    one whose token has ended.
    """
    theirs, ours = one.secret, other.secret
    if not isinstance(theirs, OAuthTokens) or not isinstance(ours, OAuthTokens):
        return False
    if theirs.refresh_token == ours.refresh_token:
        return False
    return theirs.expires_at > ours.expires_at if theirs.expires_at else ours.expires_at <= now


def signed_in_again(known: Credential, anew: Credential) -> Credential:
    """The known one with the secret of a new sign-in; its label and settings are the person's."""
    location = anew.settings.location or known.settings.location
    return dataclasses.replace(
        known,
        secret=anew.secret,
        account=anew.account or known.account,
        settings=dataclasses.replace(known.settings, location=location),
    )


def merged(base: Credential, mine: Credential, current: Credential) -> Credential:
    """`current` with the fields that `mine` changed against `base`.

    A secret that was exchanged on both sides stays the current one: mine was made from one that is no more.
    """
    changed = {
        name: getattr(mine, name)
        for name in ("label", "secret", "project", "settings", "tier", "account")
        if getattr(mine, name) != getattr(base, name)
    }
    if current.secret != base.secret:
        changed.pop("secret", None)
    return dataclasses.replace(current, **changed)


class IdentityIndex:
    """The credentials that are on file."""

    def __init__(self) -> None:
        self._credentials: dict[CredentialId, Credential] = {}
        self._names: dict[CredentialId, str] = {}
        self._ids: dict[str, CredentialId] = {}
        self._alike: dict[str, dict[CredentialId, None]] = {}

    def get(self, identity: CredentialId) -> Credential | None:
        return self._credentials.get(identity)

    def file_of(self, identity: CredentialId) -> str:
        """Its file's name, or ""."""
        return self._names.get(identity, "")

    def all(self) -> dict[CredentialId, Credential]:
        return dict(self._credentials)

    def twins(self, credential: Credential) -> list[Credential]:
        """Those that are the same one, in the order in which they came."""
        ids = {identity: None for key in identities(credential) for identity in self._alike.get(key, ())}
        return [known for known in map(self._credentials.__getitem__, ids) if fits(known, credential)]

    def met(self, credential: Credential, now: float) -> tuple[list[Credential], list[Credential]]:
        """What an imported one is already, and of those the ones whose sign-in it replaces, being the younger."""
        same = self._credentials.get(credential.id)
        there = self.twins(credential) or ([same] if same else [])
        return there, [known for known in there if is_younger(credential, known, now)]

    def put(self, credential: Credential, name: str) -> None:
        """It stands in this file now; a file that another credential stood in is this one's from now on."""
        if self._ids.get(name) != credential.id:
            self.drop(name)
        if known := self._credentials.get(credential.id):
            self._part(known)
            self._ids.pop(self._names[credential.id], None)
        self._credentials[credential.id] = credential
        self._names[credential.id], self._ids[name] = name, credential.id
        for key in identities(credential):
            self._alike.setdefault(key, {})[credential.id] = None

    def drop(self, name: str) -> None:
        """The file is gone."""
        identity = self._ids.pop(name, None)
        if identity is None:
            return
        del self._names[identity]
        self._part(self._credentials.pop(identity))

    def _part(self, credential: Credential) -> None:
        """It is found by its identities no more."""
        for key in identities(credential):
            self._alike[key].pop(credential.id, None)
            if not self._alike[key]:
                del self._alike[key]
