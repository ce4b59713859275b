"""A terminal control panel with an integrated LLM proxy for Google's Gemini models."""

import sys

__version__ = "0.1.0"

# httpx's package imports its own command line where click and rich are there, as they are with us: rich and pygments,
# a tenth of a server's start and 4 MB. It does without where that module cannot be imported.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
