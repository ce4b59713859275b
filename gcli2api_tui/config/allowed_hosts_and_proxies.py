"""The settings of the doors as they are used: whose word counts for a caller's address, and what we are called. Pure.

In: texts of people, with commas between. Out: networks, and whether a name is one of ours. What cannot be read is a
SettingsFault that names the part.
"""

import ipaddress
import re
from functools import lru_cache

from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import say

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAME = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_LONGEST = 253
"""Signs of a name that DNS can hold."""


def check(name: str, value: str, source: str) -> None:
    """Raises SettingsFault where the value of one of these settings cannot be read."""
    if name == "trusted_proxies":
        for part in parts(value):
            _network(part, source)
    if name == "allowed_hosts":
        for part in parts(value):
            if part != "*" and not _NAME.fullmatch(part) and as_address(part.strip("[]")) is None:
                raise SettingsFault(say("setting.host_name", source=source, value=part), key=name)


def may_be_named(name: str) -> bool:
    """Whether the setting takes just this host, as it stands and in any shell: a stranger chose it."""
    if as_address(name):
        return "%" not in name
    return len(name) <= _LONGEST and not name.startswith("*") and bool(_NAME.fullmatch(name))


@lru_cache(maxsize=16)
def networks(trusted_proxies: str) -> tuple[Network, ...]:
    """Those named by the setting. Raises SettingsFault."""
    return tuple(_network(part, "config.toml") for part in parts(trusted_proxies))


def named(name: str, allowed_hosts: str) -> bool:
    """Whether the setting names this host; `*.x` means all below x."""
    for allowed in parts(allowed_hosts):
        if allowed == "*" or name == allowed.strip("[]") or (allowed[:2] == "*." and name.endswith(allowed[1:])):
            return True
    return False


def as_address(text: str) -> Address | None:
    """An address of IPv4 that is written as one of IPv6 is one of IPv4."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(part: str, source: str) -> Network:
    try:
        return ipaddress.ip_network(part, strict=False)
    except ValueError:
        raise SettingsFault(say("setting.network", source=source, value=part), key="trusted_proxies") from None


def parts(text: str) -> list[str]:
    """Those between commas."""
    return [part for one in text.split(",") if (part := one.strip().lower())]
