"""The demo's clock, which runs faster or jumps when somebody wants to see a countdown end.

Only `now` is the demo's own; timeouts and streams run by the system's time, since none of them may fire early.
"""

from gcli2api_tui.clock import Clock


class DemoClock:
    """`clock` is for all parts; `speed` and `jump` are for whoever makes trouble."""

    def __init__(self, speed: float = 1.0, real: Clock | None = None) -> None:
        self._real = real or Clock()
        self._speed = speed
        self._from, self._since = self._real.now(), self._real.monotonic()
        self.clock = Clock(self.now, self._real.monotonic, self._real.sleep)

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> float:
        return self._from + (self._real.monotonic() - self._since) * self._speed

    def run(self, speed: float) -> None:
        """From this moment on."""
        self._begin(self.now(), speed)

    def jump(self, moment: float) -> None:
        """It is `moment` now: never backwards."""
        self._begin(max(moment, self.now()), self._speed)

    def _begin(self, moment: float, speed: float) -> None:
        self._from, self._since, self._speed = moment, self._real.monotonic(), speed
