"""How one setting is declared: its group, where else it may stand, what it may be, and when a change acts.

In: a default and what is said of it. Out: a field of a dataclass, with all of it as metadata (settings.py).
"""

from dataclasses import field
from typing import Any, Literal, get_args

Group = Literal[
    "server", "keys", "traffic", "models", "streaming", "display", "alerts", "privacy", "google", "storage", "about"
]
GROUPS: tuple[Group, ...] = get_args(Group)
Acts = Literal["live", "restart"]
LIVE: Acts = "live"
RESTART: Acts = "restart"


def setting(
    default: object,
    help: str,  # noqa: A002
    *,
    group: Group,
    acts: Acts,
    env: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    least: int = 0,
    among: tuple[str, ...] = (),
) -> Any:
    """`least` is the smallest number that means something; `acts` says when a change does (config/live_settings.py).

    Of `among` several may be listed; `off` is none of them.
    """
    more = {"group": group, "acts": acts, "among": among}
    return field(default=default, metadata={"help": help, "env": env, "choices": choices, "least": least, **more})
