"""Where list prices come from: the file that came with the program, and the person's prices.toml beside config.toml.

In: the path of the latter. Out: prices. A file that is wrong ends nothing: its sentence stands beside the shipped ones.
"""

from importlib import resources
from pathlib import Path

from gcli2api_tui import regular_file
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.gemini.prices import Prices, read_prices
from gcli2api_tui.messages.message import NOTHING, Message, joined, quoted, say

LARGEST = 1_000_000
"""Bytes of a person's prices.toml."""


def read(path: Path) -> tuple[Prices, Message]:
    """The prices to use, and what is wrong with the person's file."""
    shipped = resources.files("gcli2api_tui.gemini").joinpath("prices.toml").read_text(encoding="utf-8")
    try:
        return read_prices(shipped, _own(path)), NOTHING
    except SettingsFault as fault:
        return read_prices(shipped), joined(fault.sentence, say("prices.shipped"))


def _own(path: Path) -> str:
    """Editors on Windows may put a mark at its start. Raises SettingsFault."""
    try:
        return regular_file.read(path, LARGEST).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        why = say("prices.unread", why=say("file.it_no_utf8"))
        raise SettingsFault(why, key="prices.toml", way_out=say("file.save", path=str(path))) from error
    except OSError as error:
        why = say("prices.unread", why=quoted(str(error.strerror or error)))
        raise SettingsFault(why, key="prices.toml", way_out=say("file.save", path=str(path))) from error
