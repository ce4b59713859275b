"""Faults planted in our own code on the path of a request, and spans kept in a file: loaded by guarded.py where asked.

In: PLANTED, a folder, and PLANTED_WORDS. A file there with the name of a place makes the next call at that place raise
these words, and is taken away. Out: the spans of a run, in `spans` there, where they are asked for.
"""

import atexit
import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

PLACES = {
    "door": ("gcli2api_tui.server.middleware", "who_asks"),
    "understanding": ("gcli2api_tui.dialects.openai_chat", "parse"),
    "attempt": ("gcli2api_tui.relay.attempt", "_Answer"),
    "answer": ("gcli2api_tui.relay.response", "Response.feed"),
    "end": ("gcli2api_tui.server.middleware", "bound_wait"),
}
"""Before the request is one, before it is an exchange, within it, within its answer, and as its head goes out."""


def install() -> None:
    folder, words = Path(os.environ["PLANTED"]), os.environ["PLANTED_WORDS"]
    for place, (module, name) in PLACES.items():
        holder: Any = importlib.import_module(module)
        *classes, last = name.split(".")
        for one in classes:
            holder = getattr(holder, one)
        setattr(holder, last, _raising(getattr(holder, last), folder / place, words))
    if os.environ.get("GCLI2API_OTEL") == "on":
        _keep_spans(folder / "spans")


def _raising(real: Callable[..., Any], wanted: Path, words: str) -> Callable[..., Any]:
    def planted(*arguments: Any, **options: Any) -> Any:
        if wanted.exists():
            wanted.unlink()
            raise RuntimeError(words)
        return real(*arguments, **options)

    return planted


def _keep_spans(file: Path) -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from gcli2api_tui import observability

    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    observability.open_provider = lambda: provider
    atexit.register(lambda: file.write_text("\n".join(one.to_json() for one in exporter.get_finished_spans())))
