"""Takes what an Offer shows: credentials into the vault, settings and keys into config.toml. Changes nothing elsewhere.

In: an Offer and the home it is for. Out: what the vault did, and where config.toml as it was is kept, if it was
changed. Credentials come first: they are worth most, and the vault refuses no more than one at a time.
"""

from pathlib import Path
from typing import Any

from gcli2api_tui import private_files
from gcli2api_tui.coming_over.offer import KEY_SETTINGS, Offer
from gcli2api_tui.config import settings
from gcli2api_tui.credentials import secret_files
from gcli2api_tui.credentials.import_reader import Found, ImportResult
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.regular_file import read

KEPT = "config-before-import.toml"
_LARGEST = 1_000_000


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
        settings.write_value(where.config_file, name, value)
    return Taken(result, bool(values), kept)


def _values(offer: Offer) -> dict[str, Any]:
    settings = {one.setting.name: one.setting.value for one in offer.settings}
    return settings | {KEY_SETTINGS[one.key.door]: one.key.key.reveal() for one in offer.keys}


def _put_aside(path: Path) -> Path | None:
    """A copy under a name of its own: the way back. None where there was no file. Raises Problem."""
    try:
        content = read(path, _LARGEST)
        kept = secret_files.free_name(path.parent, KEPT)
        private_files.create(kept, content)
        return kept
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(say("file.not_written", path=str(path), why=str(error.strerror or error))) from error
