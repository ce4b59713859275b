"""What another device calls this server."""

import socket
from typing import Any

import pytest

from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.server import listening_socket
from gcli2api_tui.server.listening_socket import url_elsewhere


class Probe:
    """A socket of a machine with these addresses: family → its own; none of a family: no way out."""

    def __init__(self, **own: str) -> None:
        self._own = own

    def __call__(self, family: Any, kind: Any) -> "Probe":
        assert kind == socket.SOCK_DGRAM, "no packet leaves"
        self._name = "v6" if family == socket.AF_INET6 else "v4"
        return self

    def __enter__(self) -> "Probe":
        return self

    def __exit__(self, *_: object) -> None: ...

    def connect(self, far: tuple[str, int]) -> None:
        if self._name not in self._own:
            raise OSError("Network is unreachable")

    def getsockname(self) -> tuple[str, int]:
        return (self._own[self._name], 9)


@pytest.mark.parametrize("host", ["\udcff", "é" * 70 + ".x", "a..b", "x" * 500], ids=ascii)
def test_what_is_no_name_of_a_machine_is_told_in_words(host: str) -> None:
    with pytest.raises(StartFault) as caught:
        listening_socket.bind(host, 0)
    assert "--host" in caught.value.sentence


@pytest.mark.parametrize(
    ("url", "bound", "own", "told"),
    [
        ("http://127.0.0.1:7861", "127.0.0.1", {"v4": "10.0.0.2"}, ""),
        ("http://127.0.0.1:7861", "localhost", {"v4": "10.0.0.2"}, ""),
        ("http://192.168.1.5:7861", "192.168.1.5", {}, "http://192.168.1.5:7861"),
        ("https://127.0.0.1:7861", "0.0.0.0", {"v4": "10.0.0.2", "v6": "fd00::2"}, "https://10.0.0.2:7861"),
        ("http://127.0.0.1:7861", "0.0.0.0", {"v6": "fd00::2"}, ""),
        ("http://127.0.0.1:7861", "0.0.0.0", {"v4": "127.0.0.1"}, ""),
        ("http://[::1]:7861", "::", {"v4": "10.0.0.2", "v6": "fd00::2"}, "http://[fd00::2]:7861"),
        ("http://[::1]:7861", "::", {"v4": "10.0.0.2"}, "http://10.0.0.2:7861"),
    ],
)
def test_it_is_told_an_address_that_it_can_reach_or_none(
    url: str, bound: str, own: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening_socket.socket, "socket", Probe(**own))
    assert url_elsewhere(url, bound) == told
