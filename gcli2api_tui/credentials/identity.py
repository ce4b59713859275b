"""Who a credential is: made of a secret, with an id and a label; and when two are one.

In: keys, tokens, accounts; credentials. Out: credentials without `created_at`, whose id is derived from the secret,
so that importing the same thing twice gives the same id; whether two are of the same account, or of the same key, and
how two versions of one become one. Never by the label, which people change and which holds no key. `IdentityIndex`
finds them by id, by file and by identity without walking through all. Pure.
"""

import dataclasses
import hashlib

from gcli2api_tui.credentials.credential import (
    HIDDEN,
    PLACED,
    ApiKey,
    Credential,
    Kind,
    OAuthTokens,
    SecretPart,
    ServiceAccount,
    name_of_key,
    shown_name,
)
from gcli2api_tui.credentials.foreign_secrets import not_googles
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import GOOGLES_TOKENS, Secret
from gcli2api_tui.messages.message import Message, say


def new_credential(kind: Kind, secret: SecretPart, label: str, project: str, account: str = "") -> Credential:
    digest = hashlib.sha256(f"{kind}\n{fingerprint(secret)}\n{project}".encode()).hexdigest()
    return Credential(CredentialId(digest[:32]), kind, label, secret, project, account=account)


def fingerprint(secret: SecretPart) -> str:
    """What makes two secrets the same one; safe to keep and show."""
    match secret:
        case ApiKey(key):
            return key.fingerprint()
        case OAuthTokens(refresh_token):
            return refresh_token.fingerprint()
        case ServiceAccount(email, private_key):
            return Secret(f"{email}\n{private_key.reveal().strip()}").fingerprint()


def key_credential(key: str, label: str, file: str, project: str = "") -> Credential:
    """A Gemini API key. Raises ImportRefused when it cannot be one."""
    _require_key(key, file, "api_key", say("key.copy_studio"))
    return new_credential(
        Kind.API_KEY, ApiKey(Secret(key)), _beside(key, label) or project or name_of_key(key), project
    )


def express_credential(key: str, label: str, file: str, project: str = "") -> Credential:
    """A Vertex AI key in express mode; it looks like a Gemini API key. Raises ImportRefused when it cannot be one."""
    _require_key(key, file, "vertex_api_key", say("key.copy_vertex"))
    label = _beside(key, label) or name_of_key(key, "express key")
    return new_credential(Kind.VERTEX_EXPRESS, ApiKey(Secret(key)), label, project)


def oauth_credential(secret: OAuthTokens, email: str, project: str = "", location: str = "") -> Credential:
    """A fresh sign-in. With a project it serves Vertex AI there, else Code Assist, which knows the account's own."""
    if project:
        named = f"{email} · {project}" if email else project
        return at_location(new_credential(Kind.VERTEX_OAUTH, secret, named, project, email), location)
    return new_credential(Kind.OAUTH, secret, email or label_of_nameless(secret), "", email)


def placed(credential: Credential, location: str) -> Credential:
    """At another location of Vertex AI, where the kind of credential has one."""
    return at_location(credential, location) if credential.kind in PLACED else credential


def at_location(credential: Credential, location: str) -> Credential:
    return dataclasses.replace(credential, settings=dataclasses.replace(credential.settings, location=location))


def label_of_nameless(secret: OAuthTokens) -> str:
    return f"sign-in …{secret.refresh_token.fingerprint()[:4]}"


def looks_like_key(text: str) -> bool:
    """By alphabet and length alone: the form of Google's keys has changed before, and may again."""
    return 16 <= len(text) <= 256 and text.isascii() and all(sign.isalnum() or sign in "-_." for sign in text)


def _require_key(key: str, file: str, field: str, way_out: Message) -> None:
    if key.startswith(GOOGLES_TOKENS):
        raise ImportRefused(say("key.a_token"), file=file, field=field, way_out=way_out)
    if refusal := not_googles(key, file, field):
        raise refusal
    if not looks_like_key(key):
        raise ImportRefused(say("key.none"), file=file, field=field, way_out=way_out)


def _beside(key: str, label: str) -> str:
    """The label without the key, of whatever form it is; "" where only secrets stand there."""
    shown = shown_name(label.replace(key, HIDDEN))
    return "" if HIDDEN in shown and not any(map(str.isalnum, shown)) else shown


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
