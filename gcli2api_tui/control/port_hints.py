"""What the methods of the ports take and give, as types. In: a method. Out: its hints.

`control/ports.py` names rows that it does not import, because the panel's first frame needs none of them; they are
found here.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, get_type_hints

from gcli2api_tui.control import question, question_result
from gcli2api_tui.ledger import admin_rows, exchange_rows, wire_rows

_HOMES: tuple[ModuleType, ...] = (question_result, question, admin_rows, exchange_rows, wire_rows)


def hints_of(method: Callable[..., Any]) -> dict[str, Any]:
    rows = {name: each for home in _HOMES for name, each in vars(home).items() if not name.startswith("_")}
    return get_type_hints(method, localns=rows)
