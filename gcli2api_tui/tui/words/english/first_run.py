"""The checklist of a first run, and the demo beside it, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "demo.begins": "Starting the demo …",
    "demo.not": "The demo does not start: {why}",
    "key.first_run.demo": "Demo",
}
