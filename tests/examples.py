"""How many examples a test of properties takes.

In: the number that it deserves. Out: two fifths of it in a usual run, all with `--hypothesis-profile all`, as CI adds
once among the slow ones; by hand for one that fails now and then.
"""

from hypothesis import HealthCheck, settings

WHOLE = 100
"""What a test takes that names no number."""

# A loaded machine fails nothing: how long an example takes is no matter of tests.
settings.register_profile("all", max_examples=WHOLE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("usual", settings.get_profile("all"), max_examples=40)
settings.load_profile("usual")


def examples(number: int) -> int:
    return max(1, number * settings.default.max_examples // WHOLE)
