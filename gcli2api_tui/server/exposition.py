"""What is counted, as Prometheus and OpenMetrics read it. Pure but for what the system says of this process.

In: the counts and a snapshot of one moment. Out: the text and its type. Every family is here, so
that `docs/monitoring.md` and the Grafana dashboard can be held to it. Runs in a thread: it imports prometheus-client.
"""

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelUse
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.ledger.metrics import Counted, Labels, Spread, credential_label
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.quick_dataclass import dataclass

MOST_CREDENTIALS = 500
"""With rows of their own: those used most today. Of a larger pool the sums still tell."""
_LIVE = (ExchangeState.QUEUED, ExchangeState.SENT, ExchangeState.STREAMING)


@dataclass(frozen=True, slots=True)
class Moment:
    """All that one answer is made of."""

    counted: Counted
    seen: Snapshot
    names_credentials: bool = False


def exposition(moment: Moment, accept: str) -> tuple[bytes, str]:
    """(text, content type): OpenMetrics where it is asked for, else Prometheus' text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(moment))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


Rows = dict[Labels, float]


class _Collected:
    """A collector as the library wants it."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def collect(self) -> Iterator[Metric]:
        return families(self._moment)


def families(moment: Moment) -> Iterator[Metric]:
    yield from _traffic(moment.counted)
    yield from _now(moment.seen)
    yield from _each_credential(moment)
    yield from _quotas(_told(moment.seen.credentials))


def _traffic(counted: Counted) -> Iterator[Metric]:
    yield _counter("requests", "Client requests that have ended.", ("api", "model", "client", "outcome"),
                   counted.requests)  # fmt: skip
    yield _counter("held_requests", "Requests that waited for a credential.", ("model",), counted.held)
    yield _counter("attempts", "Tries of requests on credentials; ok, left by the client, or what was wrong.",
                   ("credential", "model", "outcome"), counted.attempts)  # fmt: skip
    yield _counter("tokens", "Tokens as Google reported them; the kinds do not overlap.",
                   ("model", "client", "kind"), counted.tokens)  # fmt: skip
    yield _counter("cache_hits", "Requests of which Google had part in its cache.", ("model",), counted.cache_hits)
    yield _counter("cooldowns", "Rests of credentials after refusals.", ("credential", "model"), counted.cooldowns)
    yield _counter("token_refreshes", "Access tokens renewed.", ("credential",), counted.token_refreshes)
    yield _histogram("request_duration_seconds", "From a request to the end of its answer.", counted.durations)
    yield _histogram("time_to_first_token_seconds", "From a request to its first content.", counted.first_tokens)
    yield _histogram("loop_lag_seconds", "How late the event loop took its marks.", {(): counted.loop_lag}, ())
    yield _histogram("chunk_transit_seconds", "From a read of Google's to its way out, of clients that keep up.",
                     {(): counted.chunk_transit}, ())  # fmt: skip
    yield _counter("received_bytes", "Bytes that clients sent.", (), {(): counted.received_bytes})
    yield _counter("sent_bytes", "Bytes that clients were sent.", (), {(): counted.sent_bytes})


def _now(seen: Snapshot) -> Iterator[Metric]:
    build = InfoMetricFamily("gcli2api_build", "The program.")
    build.add_metric((), {"version": seen.server.version, "python": platform.python_version()})
    yield build
    yield _gauge("start_time_seconds", "When it began to serve.", (), {(): seen.server.started_at})
    yield _gauge("state_degraded", "1 while state is not written to the disk.", (), {(): float(bool(seen.degraded))})
    live = [row.state for row in seen.exchanges if row.live]
    in_flight: Rows = {(state.value,): float(live.count(state)) for state in _LIVE}
    yield _gauge("requests_in_flight", "Client requests that are being answered.", ("state",), in_flight)
    states = [row.state for row in seen.credentials]
    by_state: Rows = {(state.value,): float(states.count(state)) for state in CredentialState}
    yield _gauge("credentials", "Credentials by state.", ("state",), by_state)
    serving = sum(row.serves for row in seen.credentials)
    yield _gauge("credentials_serving", "Credentials that can take a request now.", (), {(): float(serving)})


def _each_credential(moment: Moment) -> Iterator[Metric]:
    info = InfoMetricFamily(
        "gcli2api_credential", "Credentials; label where metrics_labels is on.", labels=["credential"]
    )
    rows = _told(moment.seen.credentials)
    for row in rows:
        label = {"label": row.label} if moment.names_credentials else {}
        info.add_metric((credential_label(row.id),), {"kind": row.kind, **label})
    yield info
    in_flight: Rows = {(credential_label(row.id),): float(row.in_flight) for row in rows}
    yield _gauge("attempts_in_flight", "Requests on their way to Google.", ("credential",), in_flight)
    resting: Rows = {(credential_label(row.id),): float(len(row.cooldowns)) for row in rows}
    yield _gauge("cooldowns_active", "Rests that last.", ("credential",), resting)


def _quotas(rows: Iterable[CredentialRow]) -> Iterator[Metric]:
    uses = {(credential_label(row.id), use.model or "all"): use for row in rows for use in row.quotas}

    def of(number: Callable[[ModelUse], float | None]) -> Rows:
        return {labels: value for labels, use in uses.items() if (value := number(use)) is not None}

    labels = ("credential", "model")
    yield _gauge("quota_used_requests", "Requests of today, as counted here.", labels, of(lambda use: use.used))
    yield _gauge("quota_limit_requests", "What a day holds, where it is known.", labels, of(lambda use: use.limit))
    yield _gauge("quota_left_requests", "What is left of today.", labels, of(lambda use: use.left))
    yield _gauge("quota_left_ratio", "The share left of today, 0 to 1: what is counted, or Google's word if worse.",
                 labels, of(_share_left))  # fmt: skip
    resets = of(lambda use: use.resets_at)
    yield _gauge("quota_reset_timestamp_seconds", "When the day's quota is whole again.", labels, resets)


def _share_left(use: ModelUse) -> float | None:
    return None if use.gone is None else min(1.0, max(0.0, 1 - use.gone))


def _told(rows: tuple[CredentialRow, ...]) -> list[CredentialRow]:
    return sorted(rows, key=lambda row: -row.used_today)[:MOST_CREDENTIALS]


def _counter(name: str, words: str, labels: Labels, rows: Mapping[Labels, float]) -> Metric:
    family = CounterMetricFamily(f"gcli2api_{name}", words, labels=labels)
    for key, value in rows.items():
        family.add_metric(key, value)
    return family


def _gauge(name: str, words: str, labels: Labels, rows: Mapping[Labels, float]) -> Metric:
    family = GaugeMetricFamily(f"gcli2api_{name}", words, labels=labels)
    for key, value in rows.items():
        family.add_metric(key, value)
    return family


def _histogram(name: str, words: str, rows: Mapping[Labels, Spread], labels: Labels = ("model",)) -> Metric:
    family = HistogramMetricFamily(f"gcli2api_{name}", words, labels=labels)
    for key, spread in rows.items():
        family.add_metric(key, list(_buckets(spread)), spread.total)
    return family


def _buckets(spread: Spread) -> Iterator[tuple[str, float]]:
    """Each holds all that those below it hold."""
    reached = 0
    for bound, count in zip((*map(str, spread.bounds), "+Inf"), spread.counts, strict=True):
        reached += count
        yield bound, reached
