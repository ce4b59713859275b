"""The port that a server listens on, and words for one that is taken: which of ours has it.

In: a host and a port. Out: a listening socket, or a StartFault with the way out.
"""

import errno
import socket

from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.server.listening_socket import bind


def bound(host: str, port: int) -> socket.socket:
    """A listening socket. Raises StartFault, in words that name who else listens there."""
    try:
        return bind(host, port)
    except StartFault as fault:
        raise port_taken(fault, host, port) from fault.__cause__


def port_taken(fault: StartFault, host: str, port: int) -> StartFault:
    """The fault of `bind`, in better words where it is one of ours that listens there."""
    if getattr(fault.__cause__, "errno", None) != errno.EADDRINUSE:
        return fault
    version, url = another_of_ours(host, port)
    if not version:
        return fault
    return StartFault(
        say("start.another", version=version, url=url),
        way_out=say("start.other_port_or_stop"),
    )


def another_of_ours(host: str, port: int) -> tuple[str, str]:
    """The version of the one that listens there, and its address; both empty where it is none of ours."""
    from gcli2api_tui.control import admin_client  # HTTP, for a start that fails

    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    place = f"[{asked}]:{port}" if ":" in asked else f"{asked}:{port}"
    for url in (f"http://{place}", f"https://{place}"):
        if version := admin_client.version_of(url):
            return version, url
    return "", ""
