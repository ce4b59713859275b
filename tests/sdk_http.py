"""The HTTP library that an official SDK brings: httpx2, in older versions httpx; their names are the same."""

import importlib
from types import ModuleType


def library_of(sdk: ModuleType) -> ModuleType:
    """`sdk` is `openai` or `anthropic`."""
    base = next(one for one in sdk.DefaultHttpxClient.__mro__ if one.__module__.startswith("httpx"))
    return importlib.import_module(base.__module__.partition(".")[0])
