"""One long word, or one long blank, is read in one piece: for each of its characters once would take minutes, and the
loop would stand still.
"""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gcli2api_tui.credentials.file_fields import _WRITTEN_OUT
from gcli2api_tui.doctor.report import Veil
from gcli2api_tui.events.secret import Secret, addresses_changed, masked
from gcli2api_tui.recipes.masked_difference import difference
from gcli2api_tui.server import usual_request
from gcli2api_tui.simulator.sample_values import FILE
from gcli2api_tui.tui.privacy import _masked

LENGTH = 200_000
PATIENCE_S = 20


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError("It is read again and again.")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


READERS: dict[str, Callable[[str], Any]] = {
    "privacy": _masked,
    "doctor": Veil().over,
    "log": masked,
    "import": lambda text: _WRITTEN_OUT.sub("\n", text),
    "client's file": lambda text: difference("a", "", text, Secret("")),
    "stand-in": FILE.search,
    "addresses": lambda text: addresses_changed(text, str.upper),
    "request": lambda text: usual_request.read(
        f"POST /v1/chat/completions HTTP/1.1\r\nx: {text[:60_000]}\0\r\n\r\n".encode("latin-1")
    ),
}
TEXTS = {
    "word": "x" * LENGTH + " a@b.c",
    "lines": "_" * LENGTH + "@ ",
    "dots": "." * LENGTH + "!@",
    "backslashes": "\\" * LENGTH + "!@",
    "blanks": " " * LENGTH + "!@",
    "domain": "a@" + "-" * LENGTH + "!",
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("reader", READERS)
def test_it_is_read_in_one_piece(reader: str, text: str) -> None:
    READERS[reader](TEXTS[text])
