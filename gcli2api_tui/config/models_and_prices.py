"""Tables that a person may change: models.toml and prices.toml of the home, beside those that came with the program.

In: where they lie, and the settings that rename models. Out: a catalogue, which is refused where the person's file is
wrong (SettingsFault with the way out); prices, with what is wrong beside them.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gcli2api_tui import safe_files
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import NOTHING, Message, joined, quoted, say
from gcli2api_tui.paths import Paths

if TYPE_CHECKING:
    from gcli2api_tui.gemini.catalogue import Catalogue
    from gcli2api_tui.gemini.prices import Prices

LARGEST_MODELS = 5_000_000
"""Bytes of a person's models.toml."""
LARGEST_PRICES = 1_000_000
"""Bytes of a person's prices.toml."""


def read_models(where: Paths, chosen: Settings) -> "Catalogue":
    """The packaged models with the user's changes and aliases. Raises SettingsFault."""
    from importlib import resources

    from gcli2api_tui.gemini.models_toml import read_catalogue

    packaged = resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text(encoding="utf-8")
    return renamed(read_catalogue(packaged, _own_models(where)), chosen)


def renamed(catalogue: "Catalogue", chosen: Settings) -> "Catalogue":
    """Raises SettingsFault."""
    from gcli2api_tui.gemini.model_names import with_aliases

    return with_aliases(replace(catalogue, pass_unknown=chosen.pass_unknown_models == "on"), chosen.aliases)


def _own_models(where: Paths) -> str:
    """The person's models.toml; editors on Windows may put a mark at its start. Raises SettingsFault."""
    try:
        return safe_files.read(where.models_file, LARGEST_MODELS).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = say("file.models", why=getattr(error, "strerror", None) or say("file.it_no_utf8"))
        way_out = say("file.save", path=str(where.models_file))
        raise SettingsFault(why, key="models.toml", way_out=way_out) from error


def known_prices(path: Path) -> "tuple[Prices, Message]":
    """The prices to use, and what is wrong with the person's file."""
    from importlib import resources

    from gcli2api_tui.gemini.prices import read_prices

    shipped = resources.files("gcli2api_tui.gemini").joinpath("prices.toml").read_text(encoding="utf-8")
    try:
        return read_prices(shipped, _own_prices(path)), NOTHING
    except SettingsFault as fault:
        return read_prices(shipped), joined(fault.sentence, say("prices.shipped"))


def _own_prices(path: Path) -> str:
    """Editors on Windows may put a mark at its start. Raises SettingsFault."""
    try:
        return safe_files.read(path, LARGEST_PRICES).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        why = say("prices.unread", why=say("file.it_no_utf8"))
        raise SettingsFault(why, key="prices.toml", way_out=say("file.save", path=str(path))) from error
    except OSError as error:
        why = say("prices.unread", why=quoted(str(error.strerror or error)))
        raise SettingsFault(why, key="prices.toml", way_out=say("file.save", path=str(path))) from error
