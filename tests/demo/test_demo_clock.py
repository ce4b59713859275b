"""The calendar runs and jumps; what waits stays real."""

from gcli2api_tui.clock import Clock
from gcli2api_tui.demo.demo_clock import DemoClock


def test_the_calendar_runs_fast_and_jumps_forward_and_what_waits_stays_real() -> None:
    passed = 0.0
    real = Clock(now=lambda: 1_000.0 + passed, monotonic=lambda: 5.0 + passed)
    demo = DemoClock(1.0, real)
    passed = 10.0
    assert demo.clock.now() == 1_010.0
    demo.run(60.0)
    passed = 12.0
    assert demo.clock.now() == 1_010.0 + 120.0 and demo.clock.monotonic() == 17.0
    assert demo.clock.sleep is real.sleep
    demo.jump(5_000.0)
    assert demo.clock.now() == 5_000.0
    demo.jump(3_000.0)
    assert demo.clock.now() == 5_000.0, "a day that was over would begin again"
    demo.run(1.0)
    passed = 13.0
    assert demo.clock.now() == 5_001.0
