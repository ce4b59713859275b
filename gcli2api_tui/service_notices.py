"""What a service manager hears of us (sd_notify): that we listen, that we stop, and that the loop is alive.

In: NOTIFY_SOCKET and WATCHDOG_USEC of the environment, as systemd sets them. Out: datagrams; nothing where nobody asked
for them, and no error where nobody hears them. The sign of life comes from the loop itself: one that hangs sends none.
"""

import contextlib
import os
import socket
from collections.abc import Mapping

from gcli2api_tui.clock import Clock

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


def notify(state: str, environ: Mapping[str, str]) -> None:
    """Never waits. An address that begins with @ is of Linux's abstract kind."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


def watchdog_s(environ: Mapping[str, str]) -> float | None:
    """Within how long a sign of life is expected of this process; None: of nobody."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        wanted = int(environ.get("WATCHDOG_USEC", "")) / 1_000_000
    except ValueError:
        return None
    return wanted if wanted > 0 else None


async def keep_telling_alive(clock: Clock, environ: Mapping[str, str]) -> None:
    """Twice in the time, as systemd wants it. Returns at once where nobody watches."""
    if (within_s := watchdog_s(environ)) is None:
        return
    while True:
        notify(ALIVE, environ)
        await clock.sleep(within_s / 2)
