"""The admin API in one table: every method of `Reader` and `Control` that travels, and the questions beside them.

From a row come the route (`server/admin_routes.py`), the remote client's call (`control/remote_connection.py`) and the
description that is served (`server/openapi.py`). Parameters and results are those of the port's method unless the row
says otherwise; what stays where it is stands in `NOT_SENT` with the reason.
"""

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from types import ModuleType
from typing import Any, Literal, get_args, get_type_hints

from gcli2api_tui.control import admin_response_bodies as answers
from gcli2api_tui.control import question
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.usage_report import MOST_DAYS
from gcli2api_tui.control.verb_results import Difference, ExportForm, Refused
from gcli2api_tui.ledger import admin_rows, exchange_rows, wire_rows
from gcli2api_tui.ledger.admin_rows import UsageColumn
from gcli2api_tui.ledger.change_feed import Changes
from gcli2api_tui.quick_dataclass import dataclass

_HOMES: tuple[ModuleType, ...] = (question, admin_rows, exchange_rows, wire_rows)


def hints_of(method: Callable[..., object]) -> dict[str, object]:
    """What the ports' methods take and give. They name rows that `control/ports.py` does not import, because the
    panel's first frame needs none of them; they are found here."""
    rows = {name: each for home in _HOMES for name, each in vars(home).items() if not name.startswith("_")}
    return get_type_hints(method, localns=rows)


Method = Literal["GET", "POST"]
Place = Literal["path", "query", "body", "bytes", "rest"]
"""`rest`: all fields of the body that no other parameter names."""
REQUIRED = inspect.Parameter.empty
LARGEST_NUMBER = 10**15 - 1
"""Of a path or a query; what JSON reads alike everywhere is a little more."""
_IN_PATH = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Param:
    """One that a caller sends. `argument` is what the port's method calls it."""

    name: str
    kind: Any
    place: Place
    default: object = REQUIRED
    argument: str = ""
    bounds: tuple[int, int] = (0, LARGEST_NUMBER)
    """Of a whole number."""
    pattern: str = ""
    """Of a text."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One row. `under` names the field that the result stands in, where it does not stand alone."""

    name: str
    method: Method
    path: str
    under: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)
    """The port's name of a parameter → what it is sent as."""
    by_hand: bool = False
    """The route is written out in `server/`: it takes or answers more than the port's method does."""
    takes: tuple[Param, ...] | None = None
    """Instead of the port's parameters."""
    answer: object = None
    """Instead of what the port's method returns."""
    media_type: str = "application/json"
    or_lines: bool = False
    """It may be asked for as lines of JSON, too."""
    status: int = 200
    """Of the answer when it is done."""
    says: str = ""
    """Instead of the first line of the method's docstring."""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


def _credential(name: str, path: str) -> Verb:
    return Verb(name, "POST", f"/credentials/{{credential}}/{path}")


def _query(name: str, kind: Any, default: object = REQUIRED) -> Param:
    return Param(name, kind, "query", default, name)


def _body(name: str, kind: Any, default: object = REQUIRED) -> Param:
    return Param(name, kind, "body", default, name)


def _path(name: str, kind: Any) -> Param:
    return Param(name, kind, "path", REQUIRED, name)


_IDS = Param("ids", str, "query", "", "ids", pattern="^[0-9]{0,15}(,[0-9]{1,15})*$")
_CHOSEN = (_query("filter", str, ""), _IDS, _query("format", Literal["", "jsonl", "har"], ""),
           _query("private", bool, False))  # fmt: skip
_WRITTEN = (_body("filter", str, ""), _body("exchanges", tuple[int, ...], ()), _body("format", ExportForm, "jsonl"),
            _body("private", bool, False))  # fmt: skip
_CLIENT = (_path("client", str), _path("verb", Literal["connect", "undo"]))
_WISHES = Param("wishes", Mapping[str, str | int | float | bool | tuple[str, ...] | None], "rest", REQUIRED, "wishes")

VERBS: tuple[Verb, ...] = (
    # What is
    Verb("whole_snapshot", "GET", "/snapshot"),
    Verb("changes", "GET", "/changes", by_hand=True, takes=(_query("since", int, 0), _query("run", str, "")),
         answer=Changes, media_type="application/x-ndjson",
         says="What changes, a line of JSON each, from a revision on; without one, everything as it is first."),
    Verb("openapi", "GET", "/openapi.json", by_hand=True, takes=(), answer=dict[str, Any], says="This description."),
    # Requests
    Verb("chosen", "GET", "/exchanges", by_hand=True, takes=_CHOSEN, answer=answers.Exchanges | answers.HttpArchive,
         or_lines=True),
    Verb("exchange", "GET", "/exchanges/{exchange}", by_hand=True, takes=(_path("exchange", int),),
         answer=answers.ExchangeInDepth, says="One request: its row, its texts, and what went over the wire."),
    Verb("elsewhere", "GET", "/elsewhere"),
    Verb("transcript", "GET", "/exchanges/{exchange}/texts", sent={"from_offset": "from"}),
    Verb("wire", "GET", "/exchanges/{exchange}/wire"),
    Verb("opening", "GET", "/exchanges/{exchange}/opening", under="opening"),
    Verb("request_of", "GET", "/exchanges/{exchange}/request"),
    Verb("openings", "GET", "/texts/openings", by_hand=True, answer=dict[str, str],
         takes=(Param("exchange", tuple[int, ...], "query", REQUIRED, "exchanges"),),
         says="How the newest messages of their persons begin, of several requests in one go."),
    Verb("holding", "GET", "/texts/holding", under="exchanges", sent={"words": "word"}),
    Verb("cancel_exchange", "POST", "/exchanges/{exchange}/stop"),
    Verb("export_exchanges", "POST", "/exchanges/export", by_hand=True, takes=_WRITTEN, answer=answers.DoneAnswer),
    Verb("saved_filters", "GET", "/filters", under="filters"),
    Verb("keep_filter", "POST", "/filters", sent={"text": "filter"}),
    Verb("drop_filter", "POST", "/filters/drop", sent={"text": "filter"}),
    # Asking
    Verb("ask", "POST", "/asks", by_hand=True, answer=answers.Begun,
         takes=(_body("dialect", str), _body("path", str), _body("body", str), _body("credential", str, ""))),
    Verb("asked", "GET", "/asks/{ask}", under="asked"),
    Verb("asked_text", "GET", "/asks/{ask}/texts", sent={"from_offset": "from"}),
    Verb("stop_asking", "POST", "/asks/{ask}/stop"),
    Verb("resend", "POST", "/exchanges/{exchange}/resend", by_hand=True, answer=answers.Resent,
         takes=(_path("exchange", int), _body("credential", str, ""), _body("model", str, ""),
                _body("wait", bool, True))),
    # Credentials
    Verb("credentials", "GET", "/credentials", by_hand=True, takes=(), answer=answers.Credentials,
         says="All credentials, without their secrets."),
    Verb("add_credentials", "POST", "/credentials", by_hand=True, answer=answers.DoneAnswer,
         takes=(Param("data", bytes, "bytes", REQUIRED, "data"), _query("name", str, ""))),
    _credential("check", "check"),
    _credential("enable", "enable"),
    _credential("disable", "disable"),
    _credential("remove", "remove"),
    _credential("restore", "restore"),
    _credential("clear_cooldown", "clear-cooldown"),
    _credential("ask_google_quota", "quota"),
    Verb("trash", "GET", "/trash", under="credentials"),
    # Signing in
    Verb("sign_in_notice", "GET", "/terms"),
    Verb("acknowledge_terms", "POST", "/terms"),
    Verb("begin_login", "POST", "/login/begin"),
    Verb("finish_login", "POST", "/login/finish", sent={"login": "id"}),
    Verb("cancel_login", "POST", "/login/cancel", sent={"login": "id"}),
    Verb("login_status", "GET", "/login/{login}", by_hand=True),
    # Client keys
    Verb("client_keys", "GET", "/keys", under="keys"),
    Verb("add_client_key", "POST", "/keys", by_hand=True, takes=(_body("name", str), _WISHES), answer=answers.NewKey,
         status=201),
    Verb("set_client_key", "POST", "/keys/{name}", by_hand=True, takes=(_path("name", str), _WISHES),
         answer=answers.DoneAnswer),
    Verb("revoke_client_key", "POST", "/keys/{name}/revoke"),
    # The rest
    Verb("models", "GET", "/models", by_hand=True, answer=answers.Models),
    Verb("map_model", "POST", "/models/map"),
    Verb("forget_learnt", "POST", "/models/{model}/forget"),
    Verb("forget_all_learnt", "POST", "/models/forget", by_hand=True, takes=(), answer=answers.DoneAnswer,
         says="What Google's answers taught about all models."),
    Verb("settings", "GET", "/settings", under="settings"),
    Verb("set_setting", "POST", "/settings", by_hand=True, answer=answers.DoneAnswer,
         takes=(_body("name", str), _body("value", str | int | float | None))),
    Verb("undo_setting", "POST", "/settings/undo"),
    Verb("usage", "GET", "/usage", by_hand=True, answer=answers.UsageAnswer,
         takes=(_query("by", UsageColumn, "day"), Param("days", int, "query", 30, "days", (1, MOST_DAYS)))),
    Verb("clients", "GET", "/clients", by_hand=True, takes=(), answer=answers.Clients,
         says="The clients that can be connected."),
    Verb("connect", "GET", "/clients/{client}/{verb}", by_hand=True, takes=_CLIENT, answer=Difference),
    Verb("write_connection", "POST", "/clients/{client}/{verb}", by_hand=True, answer=answers.DoneAnswer,
         takes=(*_CLIENT, _body("seen", str))),
    # Watching
    Verb("recording", "GET", "/recording"),
    Verb("begin_recording", "POST", "/recording/begin"),
    Verb("end_recording", "POST", "/recording/end"),
    Verb("profile", "POST", "/profile"),
    Verb("stop", "POST", "/stop", takes=(_body("mode", Literal["drain", "now"], "drain"),)),
    Verb("restart", "POST", "/restart", by_hand=True, takes=(_body("when_idle", bool, False),),
         answer=answers.DoneAnswer, says="Restart it with its own flags, at once or when no answer runs."),
)  # fmt: skip

NOT_SENT: Mapping[str, str] = {
    "revision": "each reader counts its own; that of the server stands in the stream of changes",
    "moved": "whoever follows the stream of changes sees it move",
    "ahead": "a part of `snapshot`, which is made where it is shown",
    "snapshot": "the stream of changes is it, kept up to date; `whole_snapshot` is the one for who looks once",
    "exported": "`GET /exchanges` with a format answers with it",
    "keys": "the own keys never travel: they are read where the server runs",
    "add_path": "files are read where the person is, and sent as `add_credentials`",
    "save_screen": "a screen is saved where it is seen",
}
"""Methods of the ports without a row."""


def by_name(name: str) -> Verb:
    return _by_name()[name]


@functools.cache
def _by_name() -> Mapping[str, Verb]:
    return {verb.name: verb for verb in VERBS}


def port_of(verb: Verb) -> type | None:
    """Whose method it is; None for a question that the API alone has."""
    return next((port for port in (Reader, Control) if hasattr(port, verb.name)), None)


@functools.cache
def params(verb_name: str) -> tuple[Param, ...]:
    """What a caller sends."""
    verb = by_name(verb_name)
    return verb.takes if verb.takes is not None else tuple(_of_method(verb))


def _of_method(verb: Verb) -> list[Param]:
    method = getattr(port_of(verb), verb.name)
    hints, in_path = hints_of(method), _IN_PATH.findall(verb.path)
    found = []
    for name, one in list(inspect.signature(method).parameters.items())[1:]:
        sent = verb.sent.get(name, name)
        place: Place = "path" if sent in in_path else "query" if verb.reads else "body"
        found.append(Param(sent, hints[name], place, one.default, name))
    return found


@functools.cache
def result(verb_name: str) -> Any:
    """The type of the result, without `Refused`; `under` is not in it."""
    verb = by_name(verb_name)
    if verb.answer is not None:
        return verb.answer
    said = hints_of(getattr(port_of(verb), verb.name))["return"]
    kinds = tuple(kind for kind in get_args(said) if kind is not Refused) if Refused in get_args(said) else (said,)
    return kinds[0]


def summary(verb: Verb) -> str:
    """For people: what it does."""
    method = getattr(port_of(verb), verb.name, None)
    return verb.says or (inspect.getdoc(method) or "").partition("\n")[0] or verb.name.replace("_", " ").capitalize()
