"""The certificate that the server speaks https with: whether it can be used, how long, by whom, and for which names.

In: the home's settings, and their files through the loader of the server itself. Out: findings; none where http is
spoken.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.config.door_settings import as_address, parts
from gcli2api_tui.doctor.findings import Finding, bad, ok, warn
from gcli2api_tui.doctor.home import Home
from gcli2api_tui.events.problems import ClientFault, SettingsFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.certificate import Described, certificate_of
from gcli2api_tui.server.cross_origin import check_host

SOON_S = 14 * 86_400.0
"""What renews by itself has done so before; of a short life it is the last third."""
OTHERS = stat.S_IRWXO | stat.S_IWGRP
"""A group may read a key: so the servers of one machine share it."""
MOST_NAMES = 5


def certificate(home: Home, clock: Clock) -> Iterator[Finding]:
    chosen = home.settings
    try:
        found = certificate_of(chosen.tls_cert, chosen.tls_key, home.where.config)
    except SettingsFault as fault:
        yield bad("server", fault.message, fault.way_out)
        return
    if found is None:
        return
    yield from _rights(found.key_file)
    said = found.described()
    if found.warning:
        yield bad("server", found.warning)
    elif said:
        yield _until(said, clock.now())
    if said:
        yield from _names([_plain(name) for name in said.names], chosen.host, chosen.allowed_hosts)


def _rights(key: Path) -> Iterator[Finding]:
    if os.name == "posix" and key.stat().st_mode & OTHERS:
        yield bad("server", say("doctor.key_open", path=str(key)), say("doctor.key_close", path=str(key)))


def _until(said: Described, now: float) -> Finding:
    names, day = _shown(said.names), day_of(said.ends_at)
    if said.ends_at - now < min(SOON_S, (said.ends_at - said.begins_at) / 3):
        return warn("server", say("doctor.certificate_ends", names=names, day=day), say("doctor.certificate_renew"))
    return ok("server", say("doctor.certificate", names=names, day=day))


def _names(names: Sequence[str], host: str, allowed_hosts: str) -> Iterator[Finding]:
    """A client must ask for a name that both sides know."""
    if not names:
        yield warn("server", say("doctor.certificate_nameless"), say("doctor.certificate_named"))
        return
    allowed = [_plain(name) for name in parts(allowed_hosts) if name != "*"]
    if unserved := [name for name in names if not _is_served(name, host, allowed_hosts, allowed)]:
        yield warn("server", say("doctor.certificate_unserved", names=_shown(unserved)), say("doctor.allow_names"))
    if uncovered := [name for name in allowed if not any(_covers(one, name) for one in names)]:
        yield warn("server", say("doctor.uncovered", names=_shown(uncovered)), say("doctor.certificate_named"))


def _is_served(name: str, host: str, allowed_hosts: str, allowed: Sequence[str]) -> bool:
    """By the check of the door; of `*.x` one name is enough."""
    if any(_covers(name, one) for one in allowed):
        return True
    asked = name.replace("*", "any", 1)
    try:
        check_host(f"[{asked}]" if ":" in asked else asked, host, allowed_hosts)
    except ClientFault:
        return False
    return True


def _covers(name: str, allowed: str) -> bool:
    """`*` stands for one part in a certificate, for any number of them in the setting."""
    if allowed.startswith("*."):
        return name.endswith(allowed[1:])
    return name == allowed or (name.startswith("*.") and allowed.partition(".")[2] == name[2:])


def _plain(name: str) -> str:
    """Addresses are written in more than one way."""
    return str(as_address(name.strip("[]")) or name.lower())


def _shown(names: Sequence[str]) -> str:
    more = f" +{len(names) - MOST_NAMES}" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
