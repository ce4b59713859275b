"""What comes of a verb: it is done, or refused with the way out; and the records that `Reader` and `Control` give.

In: what a verb found. Out: values, which travel to the panel, the page, the admin API and the command line alike.
"""

from typing import Literal

from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
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


@dataclass(frozen=True, slots=True)
class Login:
    """A sign-in that waits for the person. `url` is Google's page; `state` in words as it moves on."""

    id: str
    url: str
    redirect_uri: str
    expires_at: float
    ssh_hint: str
    """The `ssh -L` line for a browser on another machine."""
    short: str = ""
    """`/a/<code>`: a path of this server that leads to `url` once, while the sign-in waits."""
    short_url: str = ""
    """The whole of it, by which another device gets there; empty where only this machine reaches the server."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is true about Google's terms for a sign-in. While it is `due`, the sign-in waits for `acknowledge_terms`."""

    text: Literal["public client", "own client", "own project"]
    due: bool


@dataclass(frozen=True, slots=True)
class LoginStatus:
    """How a sign-in stands. `steps` are (text, ok): ok None while it runs."""

    phase: Literal["waiting", "exchanging", "done", "failed", "expired", "cancelled"]
    steps: tuple[tuple[Message, bool | None], ...]
    message: Message = NOTHING


@dataclass(frozen=True, slots=True)
class Keys:
    """What this server is asked with: by people's tools, and by the admin API and the web page."""

    client: Secret
    panel: Secret


@dataclass(frozen=True, slots=True)
class Trashed:
    """A removed credential that `restore` brings back."""

    id: CredentialId
    label: str
    kind: str
    file: str
    removed_at: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change in a client's own files."""

    client: str
    """The recipe's id."""
    name: str
    lines: tuple[str, ...]
    """A unified diff, keys masked; none where nothing changes."""
    seen: str
    """A fingerprint of it: nothing else is written."""
    undo: bool = False


StopMode = Literal["drain", "now", "restart", "restart-when-idle"]
ExportForm = Literal["jsonl", "har"]
