"""Where the database is that several instances share, and what this one is called there.

In: settings. Out: an address. Raises SettingsFault with the way out: also where the extra is missing that speaks to
it.
"""

import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING
from uuid import uuid4

from gcli2api_tui.config.settings import Settings
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from gcli2api_tui.state.postgresql.connection import Address


def require_extra() -> None:
    if find_spec("psycopg") is None or find_spec("cryptography") is None:
        raise SettingsFault(say("cluster.no_psycopg"), key="state_url", way_out=say("cluster.install"))


def shared_address(chosen: Settings, url: str = "") -> "Address":
    require_extra()
    from gcli2api_tui.state.postgresql.connection import Address, require_url

    for one in filter(None, (chosen.state_url, chosen.state_listen_url)):
        require_url(one)
    return Address(chosen.state_url, uuid4().hex, instance_name(url), chosen.state_listen_url)


def instance_name(url: str) -> str:
    """What people call it: the machine's name and the port."""
    port = url.rpartition(":")[2].strip("/")
    return f"{socket.gethostname()}:{port}" if port.isdigit() else socket.gethostname()
