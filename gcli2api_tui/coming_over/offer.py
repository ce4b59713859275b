"""What would come over, beside what is here: which credentials are new, which settings change, which keys are replaced.

In: an Installation, the credentials on file, the settings of this home. Out: an Offer; `take` does what it says. It
foresees what the vault will do by the vault's own rules, so that what is shown is what happens. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gcli2api_tui import settings
from gcli2api_tui.bootstrap import is_loopback
from gcli2api_tui.credentials.identity import IdentityIndex, is_younger, signed_in_again
from gcli2api_tui.credentials.kinds import Credential
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations.found import Brought, Door, Installation, Key, LeftOut, Setting
from gcli2api_tui.installations.weak_keys import is_weak
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.settings import Loaded

Standing = Literal["new", "here", "younger", "twice"]
KEY_SETTINGS: Mapping[Door, str] = {"client": "password", "panel": "panel_password"}


@dataclass(frozen=True, slots=True)
class OfferedCredential:
    brought: Brought
    standing: Standing
    same_as: str = ""
    """The label of the one that it is."""


@dataclass(frozen=True, slots=True)
class OfferedSetting:
    setting: Setting
    old: str
    held_by: str = ""
    """A variable that decides here, whatever the file says."""

    @property
    def opens(self) -> bool:
        """Other machines can reach this one then."""
        return self.setting.name == "host" and not is_loopback(str(self.setting.value))


@dataclass(frozen=True, slots=True)
class OfferedKey:
    key: Key
    had: bool
    """There is one already."""
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    found: Installation
    credentials: tuple[OfferedCredential, ...]
    settings: tuple[OfferedSetting, ...]
    settings_left_out: tuple[LeftOut, ...]
    keys: tuple[OfferedKey, ...]
    keys_left_out: tuple[LeftOut, ...]

    @property
    def brings(self) -> tuple[OfferedCredential, ...]:
        """Those that change something here."""
        return tuple(one for one in self.credentials if one.standing in ("new", "younger"))

    @property
    def is_empty(self) -> bool:
        return not (self.brings or self.settings or self.keys)


def offer(found: Installation, known: Iterable[Credential], here: Loaded, now: float) -> Offer:
    keys = tuple(_keys(found.keys, here))
    taken, left = [], list(found.settings_left_out)
    for one in found.settings:
        if why := _objection(one, keys, here):
            left.append(LeftOut(one.source, why))
        elif _shown(getattr(here.settings, one.name)) != str(one.value):
            taken.append(_setting(one, here))
    rows = tuple(_standings(found.credentials, known, now))
    return Offer(found, rows, tuple(taken), tuple(left), keys, found.keys_left_out)


def without(whole: Offer, parts: Iterable[str]) -> Offer:
    """The offer less what a person does not want: `credentials`, `settings`, `keys`."""
    left = set(parts)
    return replace(
        whole,
        credentials=() if "credentials" in left else whole.credentials,
        settings=() if "settings" in left else whole.settings,
        keys=() if "keys" in left else whole.keys,
    )


def _standings(brought: Iterable[Brought], known: Iterable[Credential], now: float) -> Iterator[OfferedCredential]:
    """As the vault will judge them, one after the other."""
    index, before = IdentityIndex(), set()
    for credential in known:
        index.put(credential, credential.id)
        before.add(credential.id)
    for one in brought:
        credential = one.credential
        same = index.get(credential.id)
        twins = index.twins(credential) or ([same] if same else [])
        older = [twin for twin in twins if is_younger(credential, twin, now)]
        for twin in older:
            index.put(signed_in_again(twin, credential), twin.id)
        if older:
            yield OfferedCredential(one, "younger", older[0].label)
        elif twins:
            yield OfferedCredential(one, "here" if twins[0].id in before else "twice", twins[0].label)
        else:
            index.put(credential, credential.id)
            yield OfferedCredential(one, "new")


def _keys(keys: Iterable[Key], here: Loaded) -> Iterator[OfferedKey]:
    for key in keys:
        name = KEY_SETTINGS[key.door]
        old: Secret = getattr(here.settings, name)
        if old != key.key:
            yield OfferedKey(key, bool(old), _held_by(name, here))


def _setting(one: Setting, here: Loaded) -> OfferedSetting:
    return OfferedSetting(one, _shown(getattr(here.settings, one.name)), _held_by(one.name, here))


def _held_by(name: str, here: Loaded) -> str:
    source = here.sources.get(name, "")
    return "" if source in ("", "config.toml", "flag") else source


def _objection(one: Setting, keys: tuple[OfferedKey, ...], here: Loaded) -> Message:
    try:
        settings.parse(one.name, str(one.value), one.source)
    except SettingsFault as fault:
        return fault.message
    if _setting(one, here).opens and any(map(is_weak, _opening(keys, here))):
        return say("over.open_door", host=str(one.value))
    return NOTHING


def _opening(keys: tuple[OfferedKey, ...], here: Loaded) -> Iterator[str]:
    """What will open the doors; an empty one is made at the next start, and is no word."""
    brought = {one.key.door: one.key.key.reveal() for one in keys}
    for door, name in KEY_SETTINGS.items():
        if key := brought.get(door) or getattr(here.settings, name).reveal():
            yield key


def _shown(value: object) -> str:
    return str(value)
