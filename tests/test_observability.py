"""Spans of exchanges and attempts: their names, times, parents, what is never in them, and the way to a collector."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import programs
import pytest

from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.wire_rows import Sent, Wire
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.observability import Traces, wanted

pytest.importorskip("opentelemetry.sdk", reason="needs the extra otel")

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

NUMBER = ExchangeId(7)
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def row(**more: Any) -> ExchangeRow:
    refused = say("hop.failed", kind="rate", said=quoted("planted words of anna@example.org"))
    hops = (
        Hop(CredentialId("abcdef" + "0" * 26), "anna@example.org", 1.1, 1.4, 429, refused),
        Hop(CredentialId("123456" + "0" * 26), "bob@example.org", 1.5, 3.0, 200),
    )
    given = {"state": ExchangeState.DONE, "status": 200, "finish": "stop", "ended_at": 3.0, **more}
    return ExchangeRow(
        NUMBER, 1.0, "openai-chat", "/v1/chat/completions", "gemini-2.5-pro", True, "curl", "127.0.0.1", hops=hops,
        first_byte_at=2.0, usage=Usage(100, 40, 7, 3), client_key=ClientKeyId("client"), **given,
    )  # fmt: skip


def spans(one: ExchangeRow, **headers: str) -> tuple[ReadableSpan, ...]:
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    sent = Sent(headers=(("X-Odd", "planted header"), *headers.items()), body="planted prompt")
    Traces(provider, lambda number: Wire(number, kept=True, sent=sent), lambda name: name).settled(one)
    return tuple(exporter.get_finished_spans())


def test_one_for_the_exchange_and_one_below_it_for_each_attempt() -> None:
    first, second, whole = spans(row())
    assert [one.name for one in (whole, first, second)] == [
        "chat gemini-2.5-pro", "attempt 1 gemini-2.5-pro", "attempt 2 gemini-2.5-pro"
    ]  # fmt: skip
    assert whole.parent is None and whole.context is not None
    assert {one.parent.span_id for one in (first, second) if one.parent} == {whole.context.span_id}
    assert [(one.start_time, one.end_time) for one in (whole, first, second)] == [
        (1_000_000_000, 3_000_000_000), (1_100_000_000, 1_400_000_000), (1_500_000_000, 3_000_000_000)
    ]  # fmt: skip


def test_in_the_words_of_the_conventions() -> None:
    first, _, whole = spans(row())
    said = dict(whole.attributes or {})
    assert {name: said[name] for name in said if name.startswith("gen_ai.")} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "gcp.gen_ai",
        "gen_ai.request.model": "gemini-2.5-pro",
        "gen_ai.response.model": "gemini-2.5-pro",
        "gen_ai.request.stream": True,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
        "gen_ai.usage.reasoning.output_tokens": 3,
        "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.response.time_to_first_chunk": 1.0,
    }
    attempt = dict(first.attributes or {})
    assert (attempt["error.type"], attempt["gcli2api.credential"], first.status.is_ok) == ("rate", "abcdef", False)


def test_nothing_that_anybody_said_or_is_called_is_in_a_span() -> None:
    text = "".join(one.to_json() for one in spans(row(error=quoted("planted error"))))
    for planted in ("planted", "anna", "bob", "example.org"):
        assert planted not in text


def test_a_failure_is_one() -> None:
    *_, whole = spans(row(state=ExchangeState.FAILED, status=429, finish=""))
    assert (whole.status.is_ok, dict(whole.attributes or {})["error.type"]) == (False, "429")


def test_a_client_that_traces_is_the_parent() -> None:
    *_, whole = spans(row(), traceparent=f"00-{TRACE}-{PARENT}-01")
    assert whole.context is not None and whole.parent is not None
    assert (f"{whole.context.trace_id:032x}", f"{whole.parent.span_id:016x}") == (TRACE, PARENT)


@pytest.mark.parametrize(
    ("setting", "environ", "on"),
    [
        ("auto", {}, False),
        ("auto", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, True),
        ("auto", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x"}, True),
        ("off", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ("on", {}, True),
    ],
)
def test_when_they_are_asked_for(setting: str, environ: dict[str, str], on: bool) -> None:
    assert wanted(setting, environ) is on


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Takes OTLP over HTTP."""
    heard: list[bytes] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(gzip.decompress(data) if self.headers.get("Content-Encoding") == "gzip" else data)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Takes)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
def test_a_server_sends_them_to_a_collector(tmp_path: Path) -> None:
    from openai import OpenAI

    with programs.simulator_within() as google, collector() as (endpoint, heard):
        more = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "mine", "OTEL_BSP_SCHEDULE_DELAY": "50"}
        with programs.server_with_key(tmp_path / "home", google, **more) as url:
            client = OpenAI(base_url=f"{url}/v1", api_key="pwd", max_retries=0)
            client.chat.completions.create(
                model="gemini-3.5-flash", messages=[{"role": "user", "content": "planted prompt"}]
            )
            client.close()
            programs.until(lambda: any(b"chat gemini-3.5-flash" in one for one in heard), "a span")
    sent = b"".join(heard)
    assert b"attempt 1 gemini-3.5-flash" in sent and b"mine" in sent
    assert b"planted" not in sent and b"AIza" not in sent
