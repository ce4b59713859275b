"""One refresh for all, and no token lost."""

import asyncio

import httpx
import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.token_endpoint import TokenEndpoint
from gcli2api_tui.upstream.tokens import Tokens


@pytest.fixture
def tokens(google):
    google.kept = []
    base = "http://127.0.0.1:1"
    endpoint = TokenEndpoint(google.client, base, google.clock)
    return Tokens(endpoint, google.clock, lambda who, new: google.kept.append((who, new)))


def fresh(name, **more):
    return 200, {"access_token": name, "expires_in": 3600, **more}


async def test_twenty_at_once_cost_one_refresh(google, tokens, oauth):
    google.on("/token", fresh("new"))
    got = await asyncio.gather(*(tokens.access_token(oauth()) for _ in range(20)))
    assert {token.reveal() for token in got} == {"new"} and len(google.asked) == 1 and len(google.kept) == 1
    assert b"grant_type=refresh_token" in google.asked[0].content


async def test_a_waiter_that_leaves_does_not_stop_the_others(google, tokens, oauth):
    gate = asyncio.Event()

    async def slow(request):
        await gate.wait()
        return fresh("new")

    google.on("/token", slow)
    loop = asyncio.get_running_loop()
    first, second = (loop.create_task(tokens.access_token(oauth())) for _ in range(2))
    await asyncio.sleep(0.0)
    await asyncio.sleep(0.0)
    first.cancel()
    await asyncio.sleep(0.0)
    gate.set()
    assert (await second).reveal() == "new" and first.cancelled() and len(google.asked) == 1


async def test_a_token_with_life_left_is_used_and_one_near_its_end_is_not(google, tokens, oauth):
    google.on("/token", fresh("new"))
    assert (await tokens.access_token(oauth(expires_at=1301.0))).reveal() == "old"
    google.now = 1002.0
    assert (await tokens.access_token(oauth(expires_at=1301.0))).reveal() == "new"


async def test_a_rotated_refresh_token_replaces_the_old_even_for_an_old_snapshot(google, tokens, oauth):
    google.on("/token", fresh("one", refresh_token="1//second"), fresh("two"))
    await tokens.access_token(oauth())
    google.now += 4000
    assert (await tokens.access_token(oauth())).reveal() == "two"
    assert b"second" in google.asked[1].content
    assert google.kept[-1][1].refresh_token == Secret("1//second")


async def test_a_new_sign_in_counts_more_than_what_is_held(google, tokens, oauth):
    google.on("/token", fresh("one"))
    await tokens.access_token(oauth())
    anew = oauth(refresh_token=Secret("1//other"), access_token=Secret("theirs"), expires_at=99999.0)
    assert (await tokens.access_token(anew)).reveal() == "theirs"


async def test_a_dead_sign_in_needs_the_person_and_is_not_retried(google, tokens, oauth):
    google.on("/token", (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}))
    with pytest.raises(UpstreamFault) as caught:
        await tokens.access_token(oauth())
    assert caught.value.kind is FaultKind.NEEDS_LOGIN and len(google.asked) == 1
    assert "refresh" not in repr(caught.value).replace("refresh token", "")


@pytest.mark.parametrize("trouble", [(500, b"x"), (403, {"error": "rate_limit_exceeded"}), httpx.ConnectError("no")])
async def test_passing_trouble_is_retried_once(google, tokens, oauth, trouble):
    google.on("/token", trouble, fresh("new"))
    assert (await tokens.access_token(oauth())).reveal() == "new" and google.slept == [0.5]


async def test_an_early_refresh_that_fails_keeps_the_token_that_still_lives(google, tokens, oauth):
    google.on("/token", (500, b"x"))
    assert (await tokens.access_token(oauth(expires_at=1100.0))).reveal() == "old"


async def test_renewing_a_token_that_is_stale_no_more_asks_nobody(google, tokens, oauth):
    google.on("/token", fresh("new"))
    living = oauth(expires_at=9999.0)
    assert (await tokens.renew(living, Secret("old"))).reveal() == "new"
    assert (await tokens.renew(living, Secret("old"))).reveal() == "new" and len(google.asked) == 1
