"""What came of a verb: it is done, or refused with the way out. Records only."""

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import NOTHING, Message, joined
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """It is so now. `message` is one line for people; `warned` where it also says that something needs them."""

    message: Message = NOTHING
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not done: the reason, and what to do instead."""

    reason: Message
    way_out: Message = NOTHING

    @property
    def sentence(self) -> Message:
        return joined(self.reason, self.way_out)


Answer = Done | Refused


def refused(problem: Problem) -> Refused:
    return Refused(problem.message, problem.way_out)
