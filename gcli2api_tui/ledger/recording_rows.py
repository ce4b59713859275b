"""How the recording of requests stands: a frozen row for the screen, the admin API and the command line."""

from typing import Literal

from gcli2api_tui.quick_dataclass import dataclass

RecordingMode = Literal["masked", "whole"]


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """`file` is that of the recording that runs, or of the last one; "" where there was none since the start."""

    on: bool = False
    mode: RecordingMode = "masked"
    file: str = ""
    since: float | None = None
    exchanges: int = 0
    size_bytes: int = 0
    left_out: int = 0
    """Exchanges that came faster than the disk took them."""
