"""What a demo adds to an instance: a past before it serves, trouble that its panel may make, and who plays its keys.

Made by `demo.py`, used by `runtime.py`; any other instance has none.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcli2api_tui.control.trouble import Trouble
from gcli2api_tui.wiring import Parts

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel


@dataclass(frozen=True, slots=True)
class Staging:
    begin: Callable[[Parts], None]
    """Before anybody is served."""
    trouble: Callable[[Parts], Trouble]
    play: "Callable[[Panel], Coroutine[None, None, None]] | None" = None
    """Beside the panel, from its first frame on; the panel ends with it."""
