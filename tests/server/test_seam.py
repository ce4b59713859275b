"""Hypercorn, where we reach into it: versions tested, and what it must still look like inside."""

import inspect
import re
import time
import tomllib
from importlib.metadata import version
from pathlib import Path

import h11._abnf
import h11._readers
from hypercorn.asyncio.task_group import _handle
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.protocol import ProtocolWrapper
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.protocol.http_stream import HTTPStream
from quart.wrappers.request import Body

from gcli2api_tui.server import http1 as http1
from gcli2api_tui.server.bodies import BoundedBody

PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


def test_only_the_versions_that_were_tested_are_taken() -> None:
    wanted = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    assert "hypercorn>=0.18,<0.19" in wanted
    assert re.match(r"0\.18\.", version("hypercorn"))


def test_what_connection_and_http1_override_is_still_there() -> None:
    assert {"run", "protocol_send", "_read_data", "_close"} <= set(vars(TCPServer))
    assert {"handle", "_check_protocol", "_create_stream", "_send_error_response", "_maybe_recycle"} <= set(
        vars(H11Protocol)
    )
    # An idle task that outlives the client held every connection for 75 s: TCPServer must ask ours.
    assert "self.idle_task.restart(" in inspect.getsource(TCPServer.run)
    assert list(inspect.signature(H11Protocol).parameters) == [
        *("app", "config", "context", "task_group", "connection_state", "ssl", "client", "server", "send")
    ]
    assert list(inspect.signature(HTTPStream).parameters) == [
        *("app", "config", "context", "task_group", "ssl", "client", "server", "send", "stream_id")
    ]
    assert "self.protocol: H11Protocol | H2Protocol" in inspect.getsource(ProtocolWrapper)


def test_h11_looks_at_blanks_once_and_reads_headers_as_before() -> None:
    """http1.py changes the pattern of its lines; where it could not, a packet would hold the loop for seconds."""
    before, ours = h11._abnf.header_field, h11._readers.header_field_re.pattern.decode()
    assert ours.replace("]*+", "]*", 1) == before != ours
    began = time.thread_time()
    assert not h11._readers.header_field_re.fullmatch(b"x:" + b" " * 60_000 + b"\0")
    assert time.thread_time() - began < 0.5
    for line in (b"x: \t a \t b ", b"x:", b"x: \t", b"x:\xe9", b"x : a", b"x: a\0b", b": a"):
        theirs, found = re.fullmatch(before.encode(), line), h11._readers.header_field_re.fullmatch(line)
        assert (theirs and theirs.groupdict()) == (found and found.groupdict())


def test_what_carries_a_request_of_ours_through_the_app_is_still_there() -> None:
    assert list(inspect.signature(_handle).parameters) == [
        *("app", "config", "scope", "receive", "send", "sync_spawn", "call_soon")
    ]
    assert "await send(None)" in inspect.getsource(_handle)


def test_bounded_body_has_what_quart_calls() -> None:
    """It stands in Quart's place without being one. `get` is for `request.get_data`, which no route of ours asks."""
    theirs = {name for name in vars(Body) if not name.startswith("_")}
    assert theirs - {"get"} <= set(vars(BoundedBody)), theirs
