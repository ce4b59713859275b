"""What watches an instance from outside or on demand: metrics' labels, recordings, profiles, spans for OpenTelemetry.

In: what was asked for, the ledger, the models. Out: a `Watching`. None of it can cost a client its answer: all of it
hears of an exchange only when it has settled. Spans, one an exchange and below it one an attempt, hold names, numbers
and states only: no prompt, no answer, no key, no label. Nothing of OpenTelemetry is imported where nobody asked for it.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from gcli2api_tui import __version__
from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.events.records import ExchangeId, LogLine
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.metrics import credential_label
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

    from gcli2api_tui.control.model_list_poller import ModelLists
    from gcli2api_tui.control.profiler import Profiler
    from gcli2api_tui.control.recordings import Recordings
    from gcli2api_tui.ledger.ledger import Ledger

SERVICE = "gcli2api-tui"
FLUSH_S = 2.0
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
OPERATIONS: Mapping[str, str] = {"openai-completions": "text_completion", "gemini": "generate_content"}
PROVIDER = "gcp.gen_ai"
Attributes = dict[str, str | bool | int | float | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Watching:
    """What the runtime holds of it, and closes at its end."""

    recordings: "Recordings"
    profiler: "Profiler"
    traces: "Traces | None" = None

    async def close(self) -> None:
        """What was seen is written and sent, within a bound."""
        await self.recordings.close()
        if self.traces:
            await asyncio.to_thread(self.traces.close)


def watching(setup: Bootstrap, ledger: "Ledger", models: "ModelLists") -> Watching:
    """Put together for one instance; gives the metrics their names of models."""
    from gcli2api_tui.control.model_rows import ModelLabels
    from gcli2api_tui.control.profiler import Profiler
    from gcli2api_tui.control.recordings import Recordings

    labels = ModelLabels(models)
    ledger.metrics.model_of = labels.__getitem__
    models.followers.append(labels.clear)
    recordings = Recordings(ledger, setup.paths.recordings, setup.clock)
    return Watching(recordings, Profiler(setup.clock, ledger.metrics.chunk_transit.look), _traces(setup, ledger))


def _traces(setup: Bootstrap, ledger: "Ledger") -> "Traces | None":
    if setup.demo or not wanted(setup.settings.otel, os.environ):
        return None
    provider = open_provider()
    if isinstance(provider, Message):
        ledger.record(LogLine(setup.clock.now(), "warning", "traces", provider))
        return None
    made = Traces(provider, ledger.transcripts.wire, ledger.metrics.model_of)
    ledger.follow_settled(made.settled)
    return made


class Traces:
    """`wire` gives the headers of an exchange, of which only `traceparent` is read; `model_of` its model."""

    def __init__(
        self, provider: "TracerProvider", wire: Callable[[ExchangeId], Wire], model_of: Callable[[str], str]
    ) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(SERVICE, __version__)
        self._wire = wire
        self._model_of = model_of

    def settled(self, row: ExchangeRow) -> None:
        """Made now, with the times at which it was."""
        from opentelemetry import trace

        model = self._model_of(row.model)
        operation = OPERATIONS.get(row.dialect, "chat")
        span = self._tracer.start_span(
            f"{operation} {model}",
            context=self._parent(row),
            kind=trace.SpanKind.SERVER,
            start_time=_ns(row.opened_at),
            attributes=_of_exchange(row, operation, model),
        )
        if row.state is ExchangeState.FAILED:
            span.set_status(trace.StatusCode.ERROR)
        below = trace.set_span_in_context(span)
        for number, hop in enumerate(row.hops, 1):
            self._attempt(hop, number, model, operation, row, below)
        span.end(_ns(row.ended_at or row.opened_at))

    def _attempt(self, hop: Hop, number: int, model: str, operation: str, row: ExchangeRow, below: "Context") -> None:
        from opentelemetry import trace

        attributes: Attributes = {
            "gen_ai.operation.name": operation,
            "gen_ai.provider.name": PROVIDER,
            "gen_ai.request.model": model,
            "gcli2api.attempt": number,
            "gcli2api.credential": credential_label(hop.credential),
            **({"http.response.status_code": hop.status} if hop.status else {}),
            **({"error.type": _kind(hop)} if hop.failure else {}),
        }
        span = self._tracer.start_span(
            f"attempt {number} {model}",
            context=below,
            kind=trace.SpanKind.CLIENT,
            start_time=_ns(hop.started_at),
            attributes=attributes,
        )
        if hop.failure:
            span.set_status(trace.StatusCode.ERROR)
        span.end(_ns(hop.ended_at or row.ended_at or hop.started_at))

    def _parent(self, row: ExchangeRow) -> "Context | None":
        """The client's own span, where its request named one."""
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        headers = {name.lower(): value for name, value in self._wire(row.id).sent.headers}
        carrier = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
        return TraceContextTextMapPropagator().extract(carrier) if carrier else None

    def close(self) -> None:
        """What waits is sent, for FLUSH_S at most: a collector that is gone must not hold up a stop."""
        ending = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(FLUSH_S)


def _of_exchange(row: ExchangeRow, operation: str, model: str) -> Attributes:
    used = row.usage
    attributes: Attributes = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": PROVIDER,
        "gen_ai.request.model": model,
        "gen_ai.response.model": model,
        "gen_ai.request.stream": row.stream,
        "gen_ai.usage.input_tokens": used.prompt,
        "gen_ai.usage.output_tokens": used.output + used.thoughts,
        "gen_ai.usage.reasoning.output_tokens": used.thoughts,
        "gen_ai.usage.cache_read.input_tokens": used.cached,
        "http.response.status_code": row.status,
        "gcli2api.exchange": row.id,
        "gcli2api.api": row.dialect,
        "gcli2api.client_key": row.client_key,
        "gcli2api.attempts": len(row.hops),
    }
    if row.finish:
        attributes["gen_ai.response.finish_reasons"] = (row.finish,)
    if row.ttft_s is not None:
        attributes["gen_ai.response.time_to_first_chunk"] = row.ttft_s
    if row.state is not ExchangeState.DONE:
        attributes["error.type"] = row.state.value if row.state is ExchangeState.CANCELLED else str(row.status)
    return attributes


def _kind(hop: Hop) -> str:
    """The word for what was wrong, without Google's sentence."""
    return str(hop.failure.values.get("kind", "failed"))


def _ns(at: float) -> int:
    return int(at * 1e9)


def wanted(setting: str, environ: Mapping[str, str]) -> bool:
    """`auto` is on where OpenTelemetry's own variables say where to."""
    return setting == "on" or (setting == "auto" and any(environ.get(name) for name in ENDPOINTS))


def open_provider() -> "TracerProvider | Message":
    """The SDK's, by its own variables; a sentence where it is not installed. Imports a lot, and reads files."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        return say("traces.missing")
    ours = Resource.create({"service.name": SERVICE, "service.version": __version__})
    resource = ours.merge(OTELResourceDetector().detect())  # what OTEL_SERVICE_NAME says counts
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
