"""What a page's form brings: its fields and its files, within bounds, understood in a thread where it is large.

In: the running request. Out: a Form. Raises ClientFault 400, 408, 413. A file's name is only a label: without folders,
without what cannot be printed, and short.
"""

import asyncio
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from quart import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.bodies import ON_LOOP
from gcli2api_tui.server.quart_adapter import read_bytes

MOST_FIELDS = 300
MOST_FILES = 100
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    fields: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    """All values of a name that stands more than once."""
    files: tuple[Upload, ...] = ()

    def __getitem__(self, name: str) -> str:
        """Empty where there is none."""
        return self.fields.get(name, "")


async def read_form(request: Request, limit: int) -> Form:
    raw = await read_bytes(request, limit)
    if request.mimetype == "multipart/form-data":
        return await asyncio.to_thread(_multipart, raw, request.mimetype_params)
    return _fields(raw) if len(raw) <= ON_LOOP else await asyncio.to_thread(_fields, raw)


def _fields(raw: bytes) -> Form:
    try:
        return _form(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise ClientFault(say("web.form")) from None


def _form(pairs: list[tuple[str, str]], files: tuple[Upload, ...] = ()) -> Form:
    several: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        several[name] = (*several.get(name, ()), value)
    return Form({name: values[-1] for name, values in several.items()}, several, files)


def _multipart(raw: bytes, options: Mapping[str, str]) -> Form:
    parser = FormDataParser(_in_memory, max_form_memory_size=len(raw), max_form_parts=MOST_FIELDS)
    try:
        _, fields, files = parser.parse(io.BytesIO(raw), "multipart/form-data", len(raw), dict(options))
    except RequestEntityTooLarge:
        raise ClientFault(say("web.files", n=MOST_FILES), status=413, way_out=say("web.in_parts")) from None
    # A field for files that was left empty is sent as one without a name.
    found = tuple(Upload(shown_name(one.filename or ""), one.read()) for one in files.getlist("files") if one.filename)
    if len(found) > MOST_FILES:
        raise ClientFault(say("web.files", n=MOST_FILES), status=413, way_out=say("web.in_parts"))
    return _form(list(fields.items(multi=True)), found)


def _in_memory(*_: Any, **__: Any) -> io.BytesIO:
    """Never a temporary file: what is uploaded holds secrets."""
    return io.BytesIO()


def shown_name(name: str) -> str:
    """A file's name as it may be repeated to people: `a\\n../b.json` → `b.json`."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    if len(printable) <= LONGEST_NAME:
        return printable
    return f"{printable[: LONGEST_NAME - 16]}…{printable[-15:]}"
