import pytest

from gcli2api_tui.pool.ports import RemainingQuota
from gcli2api_tui.relay.rate_limit_headers import rate_limit_headers, span


def test_what_is_unknown_is_left_out():
    assert rate_limit_headers(None) == ()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.2, "1s"), (59.5, "1m0s"), (360, "6m0s"), (3600, "1h0m0s"), (31452, "8h44m12s")],
)
def test_spans(seconds, text):
    assert span(seconds) == text


@pytest.mark.parametrize("stream", [True, False])
async def test_figures_go_out_with_every_answer(bench, say, stream):
    for script in ([say.text("x", "STOP")], say.fault("client", 400)):
        it = bench(script, stream=stream)
        it.pool.left = RemainingQuota(5, 3, 60.0)
        await it.play()
        told = dict(it.got.opened.headers)
        assert {name: told[name] for name in told if name.startswith("x-ratelimit-")} == {
            "x-ratelimit-limit-requests": "5",
            "x-ratelimit-remaining-requests": "3",
            "x-ratelimit-reset-requests": "1m0s",
        }
