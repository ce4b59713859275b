"""Looking at requests: filters, exports, what is done with one; in English."""

from collections.abc import Mapping

EXCHANGES: Mapping[str, str] = {
    "filter.no_name": '{token} is no filter. There are: {names}, words and "phrases".',
    "filter.no_is": "{token} is no filter. is: takes {names}",
    "filter.no_st": "{token} is no filter. st: takes 429, 4xx or err.",
    "filter.no_span": "{token} is no filter. It takes a span: >2s, <500ms, 10m.",
    "filter.no_count": "{token} is no filter. It takes a number: >1k, <20, 1042.",
    "filter.length": "A filter to keep has 1 to {most} characters.",
    "filter.kept": "Kept: {text}",
    "filter.many": "{most} filters are kept already.",
    "filter.drop_one": "Remove one first: choose its chip, then w.",
    "filter.unkept": "{text} is not kept.",
    "filter.dropped": "Removed: {text}",
    "export.none": "None of these requests is kept any more.",
    "export.disk": "{path} cannot be written: {why}",
    "export.done": "{n} requests written to {path}",
    "screen.saved": "{name} and .txt written to {folder}",
}
