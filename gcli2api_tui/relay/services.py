"""What wiring gives every request: one of each per server, and no request owns any of them."""

from collections.abc import Callable, Mapping
from dataclasses import field

from gcli2api_tui.clock import Clock
from gcli2api_tui.pool.ports import Leases
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.lessons import Lessons
from gcli2api_tui.relay.model_successor import NoEnds
from gcli2api_tui.relay.ports import Gate, Limits, ModelEnds
from gcli2api_tui.relay.resource_owners import Owners
from gcli2api_tui.relay.signatures import Signatures
from gcli2api_tui.relay.waiting_line import WaitingLines
from gcli2api_tui.upstream.ports import Backend


@dataclass(frozen=True, slots=True)
class RelayServices:
    """What every request is served with."""

    leases: Leases
    backends: Mapping[str, Backend]
    signatures: Signatures
    clock: Clock
    limits: Callable[[], Limits]
    """Those of now: a request takes them when it begins."""
    lessons: Lessons
    gate: Gate
    """Nobody is served who did not come through it."""
    ends: ModelEnds = field(default_factory=NoEnds)
    lines: WaitingLines = field(default_factory=WaitingLines)
    owners: Owners = field(default_factory=Owners)
    passed_on: Callable[[float], None] = lambda came_at: None
    """Hears of each read of Google's that goes out to a client who waits for it: when it came, by the clock."""
