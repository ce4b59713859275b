"""What would come over, beside what is here, and taking it: which credentials are new, which settings change.

In: an Installation, the credentials on file, the settings and models of this home. Out: an Offer, which foresees what
the vault will do by the vault's own rules, so that what is shown is what happens; and what was taken of it, with
where config.toml as it was is kept. Credentials come first: they are worth most, and the vault refuses no more than
one at a time. Nothing is changed elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from gcli2api_tui import safe_files
from gcli2api_tui.bootstrap import is_loopback
from gcli2api_tui.config import config_toml, settings_loading
from gcli2api_tui.config.settings_loading import Loaded
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.credentials.identity import IdentityIndex, signed_in_again
from gcli2api_tui.credentials.import_reader import Found, ImportResult
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem, SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_names import read_aliases, with_aliases
from gcli2api_tui.installations.installation import Brought, Door, Installation, Key, LeftOut, Setting
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.shell_line import shell_line

Standing = Literal["new", "here", "younger", "twice"]
KEY_SETTINGS: Mapping[Door, str] = {"client": "password", "panel": "panel_password"}
KEPT = "config-before-import.toml"
_LARGEST = 1_000_000


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


def offer(found: Installation, known: Iterable[Credential], here: Loaded, catalogue: Catalogue, now: float) -> Offer:
    """`catalogue`: the models of this home, without its aliases."""
    taken: list[OfferedSetting] = []
    left = list(found.settings_left_out)
    for wanted in found.settings:
        one, unknown = _leading_somewhere(wanted, here, catalogue) if wanted.name == "aliases" else (wanted, ())
        left += unknown
        if why := _objection(one):
            left.append(LeftOut(one.source, why))
        elif str(getattr(here.settings, one.name)) != str(one.value):
            taken.append(OfferedSetting(one, str(getattr(here.settings, one.name)), _held_by(one.name, here)))
    rows = tuple(_standings(found.credentials, known, now))
    return Offer(found, rows, tuple(taken), tuple(left), tuple(_keys(found.keys, here)), found.keys_left_out)


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
        twins, older = index.met(credential, now)
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


def _held_by(name: str, here: Loaded) -> str:
    source = here.sources.get(name, "")
    return "" if source in ("", "config.toml", "flag") else source


def _objection(one: Setting) -> Message:
    """What came over must open no door to others, and must not stop the next start."""
    try:
        settings_loading.parse(one.name, str(one.value), one.source)
    except SettingsFault as fault:
        return fault.message
    if one.name == "host" and not is_loopback(str(one.value)):
        return say("over.open_door", line=shell_line("gcli2api-tui", "config", "set", "host", str(one.value)))
    return NOTHING


def _leading_somewhere(wanted: Setting, here: Loaded, catalogue: Catalogue) -> tuple[Setting, tuple[LeftOut, ...]]:
    """Our aliases, and those of theirs that are new and lead to a model: one that leads nowhere would stop a start."""
    aliases, left = read_aliases(here.settings.aliases), []
    for alias, target in read_aliases(str(wanted.value)).items():
        try:
            with_aliases(catalogue, f"{alias}={target}")
            aliases.setdefault(alias, target)
        except SettingsFault as fault:
            left.append(LeftOut(alias, fault.message))
    text = ", ".join(f"{alias}={target}" for alias, target in aliases.items())
    return replace(wanted, value=text), tuple(left)


@dataclass(frozen=True, slots=True)
class Taken:
    result: ImportResult
    configured: bool = False
    """Settings or keys were written."""
    kept: Path | None = None
    """config.toml as it was before."""


def take(offer: Offer, vault: Vault, where: Paths) -> Taken:
    """Raises Problem; what came before it is done then, and doing all again is safe."""
    result = vault.take(Found(tuple(one.brought.credential for one in offer.credentials)))
    values = _values(offer)
    kept = _put_aside(where.config_file) if values else None
    for name, value in values.items():
        config_toml.write_value(where.config_file, name, value)
    return Taken(result, bool(values), kept)


def _values(offer: Offer) -> dict[str, Any]:
    values: dict[str, Any] = {one.setting.name: one.setting.value for one in offer.settings}
    return values | {KEY_SETTINGS[one.key.door]: one.key.key.reveal() for one in offer.keys}


def _put_aside(path: Path) -> Path | None:
    """A copy under a name of its own: the way back. None where there was no file. Raises Problem."""
    try:
        content = safe_files.read(path, _LARGEST)
        kept = safe_files.free_name(path.parent, KEPT)
        safe_files.create(kept, content)
        return kept
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(say("file.not_written", path=str(path), why=str(error.strerror or error))) from error
