"""Why nothing can be leased, in words that say whose turn it is, and the true waiting time."""

import pytest

from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.pool.ports import ALL

GEMINI = ("gemini-api",)


def refusal(pool, model="m", **more):
    with pytest.raises((NoCredential, ClientFault)) as caught:
        pool.lease(model, GEMINI, ALL, **more)
    return caught.value


def rest(pool, *kinds, hint_s=60.0):
    """Each credential in turn gets a fault of its own."""
    for kind in kinds:
        lease = pool.lease("m", GEMINI, ALL)
        pool.failed(lease, UpstreamFault(kind, "Google said no.", hint_s=hint_s))
        pool.release(lease)


def marked(world, *faults):
    names = "abc"[: len(faults)]
    pool = world.pool(*(world.key(name) for name in names))
    for name, fault in zip(names, faults, strict=True):
        pool.mark(world.key(name).id, fault)
    return refusal(pool)


def test_a_pool_that_only_a_person_can_mend_says_who_must_do_what(world):
    gone, abroad = UpstreamFault(FaultKind.TERMS, "x"), UpstreamFault(FaultKind.FORBIDDEN, "x", passes_s=300.0)
    here = marked(world, abroad, abroad)
    assert here.message.startswith("The pool cannot serve: each of 2 credentials is refused where this server stands")
    assert marked(world, abroad, gone).message.startswith("The pool cannot serve: each of 2 credentials needs you")
    assert marked(world, gone).message.startswith("The pool cannot serve: the only credential needs you")
    assert refusal(world.pool(world.key("a", enabled=False))).message == (
        "The pool cannot serve: the only credential is switched off."
    )
    mixed = refusal(world.pool(world.key("a", enabled=False), world.key("b", models=("n",))))
    assert mixed.message == (
        "The pool cannot serve: each of 2 credentials is switched off, needs you, or is not allowed to serve m."
    )
    ways_out = {one.way_out for one in (here, mixed)}
    assert ways_out == {"The Credentials tab says more. Press a in the panel, or run `gcli2api-tui creds add-key`."}
    assert {one.retry_after_s for one in (here, mixed)} == {None}


def test_places_that_free_up_are_waited_for_but_not_those_just_tried(world):
    pool = world.pool(world.key("a", max_in_flight=1), world.key("b"))
    lease = pool.lease("m", GEMINI, ALL)
    assert lease.credential.label == "a"
    busy = refusal(pool, tried=[world.key("b").id])
    assert (busy.message, busy.retry_after_s) == ("Every credential for m is busy.", 1.0)
    tried = refusal(pool, tried=[world.key("a").id, world.key("b").id])
    assert (tried.message, tried.retry_after_s) == ("Every credential for m was just tried.", None)


def test_the_first_end_of_a_rest_is_the_waiting_time(world):
    pool = world.pool(world.key("a"), world.key("b"))
    rest(pool, FaultKind.RATE, hint_s=90.0)
    rest(pool, FaultKind.DAILY, hint_s=200.0)
    found = refusal(pool)
    assert (found.retry_after_s, found.daily) == (90.0, False)
    assert "90 s" in found.message
    assert "each of 2 credentials" in found.message
    assert found.way_out == "Add another credential to go on now."
    pool = world.pool(world.key("a"))
    rest(pool, FaultKind.DAILY, hint_s=200.0)
    assert (refusal(pool).daily, refusal(pool).retry_after_s) == (True, 200.0)
    world.now += 199.5
    assert refusal(pool).retry_after_s == 1.0


def test_a_model_that_nobody_has_is_the_requests_fault(world):
    pool = world.pool(world.key("a"), world.key("b"))
    rest(pool, FaultKind.MODEL, FaultKind.MODEL)
    found = refusal(pool)
    assert isinstance(found, ClientFault)
    assert (found.param, found.status, found.code) == ("model", 404, "model_not_found")
    assert "m" in found.message
    assert "Google said no." in found.message
    assert found.way_out
    pool = world.pool(world.key("a"), world.key("b"))
    rest(pool, FaultKind.MODEL, FaultKind.RATE)
    assert isinstance(refusal(pool), NoCredential)


def test_limits_of_nothing_are_waited_for_in_vain(world):
    found = refusal(world.pool(world.key("a", daily_limit=0)))
    assert isinstance(found, NoCredential)
    assert found.retry_after_s is None
    assert found.way_out


def test_what_is_bound_to_one_credential_gets_that_one_or_none(world):
    a, b = world.key("a"), world.key("b")
    pool = world.pool(a, b)
    for _ in range(3):
        assert pool.lease("m", GEMINI, ALL, only=b.id).credential.id == b.id
    pool.failed(pool.lease("m", GEMINI, ALL, only=b.id), UpstreamFault(FaultKind.RATE, "Google said no.", hint_s=60.0))
    rests = refusal(pool, only=b.id)
    assert rests.message.startswith("The rate limit of the credential that this request is bound to is used up")
    assert rests.retry_after_s == 60.0
    pool.retire(b.id)
    gone = refusal(pool, only=b.id)
    assert gone.message == "The credential that this request is bound to is not in the pool any more."
    assert gone.retry_after_s is None and pool.lease("m", GEMINI, ALL).credential.id == a.id


def test_a_day_that_is_used_up_is_told_from_a_moments_limit(world):
    for kind, said, daily in ((FaultKind.DAILY, "today", True), (FaultKind.RATE, "", False)):
        pool = world.pool(world.key("a"))
        rest(pool, kind, hint_s=7_200.0)
        told = refusal(pool)
        assert (told.daily, told.message.key) == (daily, "pool.day_used_up" if daily else "pool.rate_used_up"), said


def test_a_conversation_whose_credential_is_gone_is_to_be_begun_anew(world):
    assert refusal(world.pool(world.key("a")), only="gone").way_out.key == "pool.begin_anew"
