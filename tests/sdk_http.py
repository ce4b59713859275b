"""The HTTP library that an official SDK brings: httpx2, in older versions httpx; their names are the same."""

import importlib
from types import ModuleType

from google.genai import types


def library_of(sdk: ModuleType) -> ModuleType:
    """`sdk` is `openai` or `anthropic`."""
    base = next(one for one in sdk.DefaultHttpxClient.__mro__ if one.__module__.startswith("httpx"))
    return importlib.import_module(base.__module__.partition(".")[0])


def library_of_google() -> ModuleType:
    """Of google-genai, which hands both on where it knows both."""
    return importlib.import_module("httpx2" if "httpx2" in vars(types) else "httpx")
