"""What a stop, or a restart, says to whoever asked for it. Pure: the way it was asked, and how many answers run."""

from gcli2api_tui.control.ports import StopMode
from gcli2api_tui.messages.message import Message, say


def stopping(mode: StopMode, in_flight: int) -> Message:
    if mode == "restart-when-idle":
        return say("control.restarts_idle", n=in_flight) if in_flight else say("control.restarts")
    if mode == "now" or not in_flight:
        return say("control.restarts") if mode == "restart" else say("control.stopping")
    return say("control.restarts_after" if mode == "restart" else "control.stops_after", n=in_flight)
