"""What those see who watch from outside: readiness and metrics."""

from collections.abc import Mapping

WATCHING: Mapping[str, str] = {
    "ready.serves": "{n} of {all} credentials can serve.",
    "ready.none": "There is no credential yet: add one in the panel, or with `gcli2api-tui creds add-key`.",
    "ready.all_rest": "All {n} credentials rest; the first is back in {span}.",
    "ready.waits_for_you": "All {n} credentials wait for a person: see the Credentials tab.",
    "ready.degraded": "State is not written to the disk at the moment; serving goes on.",
    "ready.database_away": "The shared database is away; serving goes on from what is known.",
    "ready.last_known": "The shared database is away; serving goes on from the last known state, of {at}.",
    "traces.missing": "Traces are asked for, but OpenTelemetry is not installed: `pip install 'gcli2api-tui[otel]'`.",
}
