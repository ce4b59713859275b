"""Where the loop's time went while it was watched: frozen rows, made by the profiler, read by the command line."""

from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """Of all samples in which the loop was at work: how many ended in it, and how many passed through it."""

    name: str
    own: int
    through: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Names of files and functions only; no value, no text."""

    seconds: float
    samples: int
    idle: int
    """Samples in which the loop waited for something to do."""
    lag_ms: tuple[float, float, float]
    """Half of its marks came no later than the first, 99 of 100 no later than the second, none later than the last."""
    areas: tuple[Share, ...]
    """Our folders, and libraries."""
    functions: tuple[Share, ...]
    stacks: tuple[tuple[str, int], ...]
    """`outermost;…;innermost` and how often, as flame graphs are made of."""
    chunks: int = 0
    """Reads of Google's that went out meanwhile to clients that waited for them."""
    transit_ms: tuple[float, float] = (0.0, 0.0)
    """Half of them took no longer than the first, 99 of 100 no longer than the second."""
