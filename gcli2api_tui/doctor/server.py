"""The server: whether one runs for this home, who has its port where none does, what a running one says of itself, and
the certificate that it speaks https with.

In: the home's folders and settings; its certificate through the loader of the server itself. Out: findings; of a
certificate none where http is spoken. What only the process knows is asked of the admin API with the token of run.json,
which stays here.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gcli2api_tui import __version__
from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.config.allowed_hosts_and_proxies import as_address, parts
from gcli2api_tui.control import admin_client
from gcli2api_tui.doctor.home import Home
from gcli2api_tui.doctor.report import Finding, bad, ok, warn
from gcli2api_tui.events.problems import ClientFault, Problem, SettingsFault, StartFault
from gcli2api_tui.lifecycle.port_in_use import another_of_ours
from gcli2api_tui.lifecycle.running_server import Found
from gcli2api_tui.messages.message import NOTHING, quoted, say
from gcli2api_tui.server.certificate import Described, certificate_of
from gcli2api_tui.server.cross_origin import check_host
from gcli2api_tui.server.listening_socket import bind
from gcli2api_tui.shell_line import shell_line

PROC = Path("/proc")
LISTENING = "0A"
MOST_CALLERS = 5
NEEDS_A_PERSON = ("needs login", "needs verification", "disabled by Google", "tier not served", "wrong project")


def server(home: Home, found: Found) -> Iterator[Finding]:
    if found.state == "nobody":
        yield _port(home.settings.host, home.settings.port)
        return
    now = found.running
    if found.state != "answers" or now is None:
        yield _odd(found)
        return
    yield ok("server", say("doctor.runs", url=now.url, pid=now.pid))
    try:
        seen = admin_client.get(now, "/admin/api/snapshot")
    except Problem as problem:
        yield bad("server", problem.message, problem.way_out)
        return
    yield from _said(seen)


def _odd(found: Found) -> Finding:
    """Something serves this home, or seems to, and cannot be asked."""
    now = found.running
    if now is None or found.state == "busy":
        return warn("server", say("doctor.busy"), say("doctor.again"))
    if found.state == "hangs":
        return bad("server", say("doctor.hangs", url=now.url, pid=now.pid), say("cli.if_it_hangs"))
    return bad("server", say("doctor.unheard", url=now.url), say("cli.if_it_hangs"))


def _said(seen: Mapping[str, Any]) -> Iterator[Finding]:
    if (version := seen["server"]["version"]) != __version__:
        yield warn("server", say("doctor.apart", theirs=version, ours=__version__), say("doctor.restart"))
    for warning in seen["server"]["warnings"]:
        yield warn("server", quoted(str(warning)))
    if seen["degraded"]:
        yield bad("server", quoted(str(seen["degraded"])), say("doctor.make_room"))
    totals = seen["totals"]
    yield ok(
        "server",
        say(
            "doctor.traffic",
            requests=totals["requests"],
            ok=totals["ok"],
            failed=totals["failed"],
            cancelled=totals["cancelled"],
        ),
    )
    for caller in [one for one in seen.get("callers", ()) if one.get("snag")][:MOST_CALLERS]:
        yield warn("server", say("doctor.caller", program=caller["program"] or "?", snag=str(caller["snag"])))
    yield from _credentials(seen["credentials"])


def _credentials(rows: list[Mapping[str, Any]]) -> Iterator[Finding]:
    if not rows:
        yield warn("credentials", say("doctor.no_credentials"), say("doctor.add_one"))
        return
    states = Counter(row["state"] for row in rows)
    shown = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    stuck = sum(states[state] for state in NEEDS_A_PERSON)
    said = say("doctor.credentials", shown=shown)
    yield warn("credentials", said, say("doctor.sign_in", n=stuck)) if stuck else ok("credentials", said)


def _port(host: str, port: int) -> Finding:
    """Bound for a moment, as a start would; and who has it, where somebody does."""
    try:
        bind(host, port).close()
    except StartFault as fault:
        version, url = another_of_ours(host, port)
        if version:
            return warn("server", say("start.another", version=version, url=url), say("start.other_port_or_stop"))
        holder = _holder(port)
        return bad("server", say("doctor.port_of", port=port, who=holder) if holder else fault.message, fault.way_out)
    return ok("server", say("doctor.port_free", port=port) if port else say("doctor.port_any"))


def _holder(port: int) -> str:
    """`nginx (812)`: of this user's programs, on Linux; "" where nobody tells."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in PROC.iterdir() if sockets else ():
        if process.name.isdecimal() and _holds(process, sockets):
            return f"{_name(process)} ({process.name})"
    return ""


def _inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text("ascii").splitlines()[1:]
        except OSError:  # another system, or Android, which keeps it to itself
            continue
        for fields in (line.split() for line in lines):
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _holds(process: Path, sockets: set[str]) -> bool:
    try:
        return any(str(file.readlink()) in sockets for file in (process / "fd").iterdir())
    except OSError:
        return False


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return str(NOTHING)


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
        yield bad(
            "server",
            say("doctor.key_open", path=str(key)),
            say("doctor.key_close", line=shell_line("chmod", "o-rwx,g-w", str(key))),
        )


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
