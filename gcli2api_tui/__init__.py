"""A terminal control panel with an integrated LLM proxy for Google's Gemini models."""

import sys

__version__ = "0.1.0"

# httpx's package imports its own command line where click and rich are there, as they are with us, and httpcore brings
# HTTP/2 where h2 is there: a tenth of a server's start and 5 MB. Both do without what cannot be imported.
for _unused in ("httpx._main", "httpcore._async.http2", "httpcore._sync.http2"):
    sys.modules.setdefault(_unused, None)  # type: ignore[arg-type]
