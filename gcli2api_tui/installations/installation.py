"""What an installation of another program holds: credentials, settings and keys that come over, and what does not.

In: frozen records, filled by the readers beside this file. Whatever was looked at is in exactly one of them, so that
nothing is left out without a word. A secret is a `Secret` or stands in a Credential, and in no other field. The one
proxy that a program sent everything through becomes that of each credential without its own; where it cannot be used
here, the credential is switched off: its requests would go another way. Pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Literal

from gcli2api_tui.credentials.credential import Credential, CredentialSettings, proxy_objection, shown_proxy
from gcli2api_tui.credentials.import_reader import Found
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import Secret, guessable
from gcli2api_tui.messages.message import NOTHING, Message, say, sentences
from gcli2api_tui.quick_dataclass import dataclass

Program = Literal["gcli2api", "cliproxy", "gemini-cli"]
PROGRAMS: tuple[Program, ...] = ("gcli2api", "cliproxy", "gemini-cli")
Door = Literal["client", "panel"]
DIRECT = ("", "direct", "none")


@dataclass(frozen=True, slots=True)
class Brought:
    """A credential, with the file in which it stands."""

    file: str
    credential: Credential
    remark: Message = NOTHING
    """What the other program knew of it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, an entry or a setting that does not come over."""

    what: str
    why: Message


@dataclass(frozen=True, slots=True)
class Setting:
    """One of ours, with the value that it gets."""

    name: str
    value: str | int
    source: str
    """The other program's name for it."""


@dataclass(frozen=True, slots=True)
class Key:
    """What opens the other program's door, and will open ours."""

    door: Door
    key: Secret
    source: str


@dataclass(frozen=True, slots=True)
class Installation:
    """All of it."""

    credentials: tuple[Brought, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    settings: tuple[Setting, ...] = ()
    settings_left_out: tuple[LeftOut, ...] = ()
    keys: tuple[Key, ...] = ()
    keys_left_out: tuple[LeftOut, ...] = ()
    folders: tuple[Path, ...] = ()
    """Those that were read."""

    @property
    def is_empty(self) -> bool:
        return not (self.credentials or self.left_out or self.settings or self.settings_left_out or self.keys)


def together(parts: Iterable[Installation]) -> Installation:
    """Several readings as one."""
    listed = list(parts)
    return Installation(
        *(tuple(one for part in listed for one in getattr(part, field.name)) for field in fields(Installation))
    )


def refused(refusal: ImportRefused) -> Installation:
    """A file or a part of one that cannot be taken."""
    what = f"{refusal.file}, {refusal.field}" if refusal.field else refusal.file
    return Installation(left_out=(LeftOut(what, sentences(refusal.message, refusal.way_out)),))


def rest_of(found: Found) -> Installation:
    """All that a file holds beside credentials."""
    clients = tuple(LeftOut(one.client_id, say("over.client")) for one in found.clients)
    return together([Installation(left_out=clients), *map(refused, found.refused)])


def through(found: Installation, url: str, source: str) -> Installation:
    if url.lower() in DIRECT:
        return found
    if why := proxy_objection(url):
        off = tuple(_set(one, lambda settings: replace(settings, enabled=False)) for one in found.credentials)
        line = LeftOut(source, sentences(why, say("over.off_without_proxy")))
        return replace(found, credentials=off, settings_left_out=(*found.settings_left_out, line))
    line = LeftOut(source, say("over.proxy_of_each", proxy=shown_proxy(url)))
    proxied = tuple(_set(one, lambda settings: _through(settings, url)) for one in found.credentials)
    return replace(found, credentials=proxied, settings_left_out=(*found.settings_left_out, line))


def _set(brought: Brought, change: Callable[[CredentialSettings], CredentialSettings]) -> Brought:
    credential = brought.credential
    return replace(brought, credential=replace(credential, settings=change(credential.settings)))


def _through(settings: CredentialSettings, url: str) -> CredentialSettings:
    return settings if settings.proxy else replace(settings, proxy=Secret(url))


def is_weak(password: str) -> bool:
    """Guessable, or a sample's."""
    return guessable(Secret(password)) or password.lower().startswith("your")
