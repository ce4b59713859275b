"""The page's templates and files, read once in a thread; and rendering, which happens in one.

In: a template's name with values. Out: HTML in which every value is escaped; files with their types and addresses that
change with their content. Invariant: an undefined name is an error, never an empty place.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from gcli2api_tui.quick_dataclass import dataclass

STATIC = "/auth/static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    content: bytes
    kind: str
    address: str


async def render(name: str, values: Mapping[str, object]) -> str:
    return await asyncio.to_thread(lambda: _environment().get_template(name).render(values, static=_static()))


async def static_file(name: str) -> StaticFile | None:
    return (await asyncio.to_thread(_static)).get(name)


@cache
def _environment() -> Environment:
    """Shared by all servers of a process: it holds what the package holds. Read when the first page is asked for."""
    loader = DictLoader({name: text.decode() for name, text in _read("templates").items()})
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@cache
def _static() -> Mapping[str, StaticFile]:
    return {name: _file(name, content) for name, content in _read("static").items()}


def _read(folder: str) -> dict[str, bytes]:
    """All of a folder of this package."""
    return {one.name: one.read_bytes() for one in files(__package__).joinpath(folder).iterdir() if one.is_file()}


def _file(name: str, content: bytes) -> StaticFile:
    version = hashlib.sha256(content).hexdigest()[:12]
    return StaticFile(content, _TYPES[name[name.rindex(".") :]], f"{STATIC}/{name}?v={version}")
