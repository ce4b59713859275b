"""The stand-in for Google as a program, for crowds: accounts and paid keys without limits, at any address.

    python tests/busy_google.py HOST PORT ACCOUNTS KEYS [TOKEN_LIFE_S]

Refresh tokens are `1//sim-a0` and so on, keys `AIza-busy-key-0000` and so on. Its journal
holds every request of a long run.
"""

import asyncio
import signal
import socket
import sys

from gcli2api_tui.simulator.app import Watched, _run, build
from gcli2api_tui.simulator.journal import Journal
from gcli2api_tui.simulator.world import World

KEPT = 200_000


def key_of(number: int) -> str:
    return f"AIza-busy-key-{number:04}"


def account_of(number: int) -> str:
    return f"a{number}"


def busy_world(accounts: int, keys: int) -> World:
    world = World()
    world.journal = Journal(KEPT)
    for number in range(accounts):
        name = account_of(number)
        world.add_account(f"{name}@example.com", project=f"sim-{name}", rpm=None, rpd=None)
    for number in range(keys):
        world.add_api_key(key_of(number), project=f"sim-keys-{number}", free=False)
    return world


async def main(host: str, port: str, accounts: str, keys: str, life_s: str = "3599") -> None:
    stop, listener = asyncio.Event(), socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    listener.listen(256)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    world = busy_world(int(accounts), int(keys))
    world.token_life_s = float(life_s)
    await _run(Watched(build(world), world), listener, stop)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
