import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.events.records import CooldownSet, CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.state.ports import CooldownRow, Saved, UsageRow

GEMINI = ("gemini-api", "code-assist")


def fault(kind: FaultKind, hint_s: float | None = None, **more) -> UpstreamFault:
    return UpstreamFault(kind, "Google said no.", hint_s=hint_s, **more)


def spend(pool, model="m", **more):
    lease = pool.lease(model, GEMINI, ALL, **more)
    pool.succeeded(lease)
    pool.release(lease)
    return lease


def fail(pool, kind, hint_s=None, model="m", **more):
    lease = pool.lease(model, GEMINI, ALL)
    pool.failed(lease, fault(kind, hint_s, **more))
    pool.release(lease)
    return lease


def test_an_empty_pool_names_the_way_out(world):
    with pytest.raises(NoCredential) as caught:
        world.pool().lease("m", GEMINI, ALL)
    assert caught.value.retry_after_s is None
    assert "creds add-key" in caught.value.sentence


def test_concurrent_leases_spread(world):
    pool = world.pool(world.key("a"), world.key("b"), world.key("c"))
    assert {pool.lease("m", GEMINI, ALL).credential.label for _ in range(3)} == {"a", "b", "c"}


def test_backends_and_tried_are_respected(world):
    pool = world.pool(world.key("a"), world.oauth("b"))
    assert pool.lease("m", ["code-assist"], ALL).credential.label == "b"
    with pytest.raises(NoCredential):
        pool.lease("m", ["code-assist"], ALL, tried=[world.oauth("b").id])


@pytest.mark.parametrize(
    "kind", [FaultKind.CLIENT, FaultKind.PROTOCOL, FaultKind.NETWORK, FaultKind.TIMEOUT, FaultKind.SERVER]
)
def test_faults_of_others_never_cool(world, kind):
    pool = world.pool(world.key("a"), world.key("b"))
    fail(pool, kind, 60)
    assert not any(view.cooldowns for view in pool.view())


def test_capacity_never_empties_the_pool(world):
    pool = world.pool(world.key("a"))
    fail(pool, FaultKind.CAPACITY, 9)
    assert pool.lease("m", GEMINI, ALL)


def test_a_rate_limit_rests_one_model_for_the_hint_and_the_wait_is_true(world):
    pool = world.pool(world.key("a"))
    fail(pool, FaultKind.RATE, 40)
    spend(pool, "other")
    world.now += 10
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.retry_after_s == pytest.approx(30)
    assert not caught.value.daily
    world.now += 30
    assert pool.lease("m", GEMINI, ALL)


def test_a_burst_of_refusals_counts_once(world):
    pool = world.pool(world.key("a"), world.key("b"))
    burst = [pool.lease("m", GEMINI, ALL, tried=[world.key("b").id]) for _ in range(5)]
    for number, lease in enumerate(burst):
        pool.failed(lease, fault(FaultKind.RATE, 10 + 100 * number))
    assert [e.until - world.now for e in world.events if isinstance(e, CooldownSet)] == [10]


def test_the_last_healthy_credential_is_not_cooled_by_a_guess(world):
    pool = world.pool(world.key("a"), world.key("b"))
    first = fail(pool, FaultKind.RATE)
    second = fail(pool, FaultKind.RATE)
    assert second.credential.id != first.credential.id
    assert pool.lease("m", GEMINI, ALL).credential.id == second.credential.id


def test_a_days_rest_is_daily_and_probed_once(world):
    pool = world.pool(world.oauth("a"))
    fail(pool, FaultKind.DAILY, 30_000)
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.daily
    world.now += 1300
    probe = pool.lease("m", GEMINI, ALL)
    with pytest.raises(NoCredential):
        pool.lease("m", GEMINI, ALL)
    pool.succeeded(probe)
    assert pool.lease("m", GEMINI, ALL)


def test_a_hint_never_outlives_the_known_reset(world):
    pool = world.pool(world.oauth("a"))
    pool.learn_quota(world.oauth("a").id, "m", 0.5, world.now + 600)
    fail(pool, FaultKind.DAILY, 500_000)
    assert pool.view()[0].cooldowns[0].until == world.now + 600


def test_a_success_that_began_before_the_rest_does_not_end_it(world):
    pool = world.pool(world.key("a"))
    early, late = pool.lease("m", GEMINI, ALL), pool.lease("m", GEMINI, ALL)
    pool.failed(late, fault(FaultKind.RATE, 60))
    pool.succeeded(early)
    assert pool.view()[0].cooldowns


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (FaultKind.NEEDS_LOGIN, CredentialState.NEEDS_LOGIN),
        (FaultKind.AUTH, CredentialState.NEEDS_LOGIN),
        (FaultKind.TERMS, CredentialState.DISABLED_BY_GOOGLE),
        (FaultKind.VALIDATION, CredentialState.NEEDS_VERIFICATION),
        (FaultKind.PROJECT, CredentialState.WRONG_PROJECT),
    ],
)
def test_what_a_person_must_mend_is_never_asked_again_until_cleared(world, kind, state):
    pool = world.pool(world.key("a"))
    fail(pool, kind)
    world.now += 10 * 86_400
    assert pool.view()[0].state is state
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.retry_after_s is None
    pool.clear_cooldown(world.key("a").id)
    assert pool.lease("m", GEMINI, ALL)


def test_only_served_requests_count_and_keys_start_anew_at_pacific_midnight(world):
    pool = world.pool(world.key("a"))
    spend(pool)
    fail(pool, FaultKind.RATE, 1)
    view = pool.view()[0]
    assert (view.used_today, view.limit, view.limit_source) == (1, None, "")
    world.now = view.resets_at
    assert pool.view()[0].used_today == 0


def test_limits_setting_then_429_then_assumed(world):
    pool = world.pool(world.oauth("a"), world.key("b", daily_limit=1))
    assert (pool.view()[0].limit, pool.view()[0].limit_source) == (1500, "assumed")
    pool.failed(pool.lease("m", ["code-assist"], ALL), fault(FaultKind.DAILY, 60, learned_limit=250))
    assert (pool.view()[0].limit, pool.view()[0].limit_source) == (250, "429")
    spend(pool)
    assert pool.view()[1].state is CredentialState.COOLING


def test_what_was_saved_comes_back(world):
    a = world.oauth("a")
    pool = world.pool(a, world.oauth("b"))
    usage = UsageRow(a.id, "m", world.now - 100, 7, 200, "429")
    mark = CooldownRow(a.id, "", math.inf, "needs-login", "Sign in again.")
    pool.restore(Saved(usage=(usage,), cooldowns=(mark,)))
    view = next(view for view in pool.view() if view.credential.id == a.id)
    assert (view.used_today, view.limit, view.state) == (7, 200, CredentialState.NEEDS_LOGIN)


def test_removal_and_undo_keep_the_count(world):
    a = world.oauth("a")
    pool = world.pool(a)
    spend(pool)
    running = pool.lease("m", GEMINI, ALL)
    pool.retire(a.id)
    pool.release(running)
    pool.add(a)
    assert (pool.view()[0].used_today, pool.view()[0].in_flight) == (1, 0)


@pytest.mark.parametrize(("strategy", "order"), [("round-robin", "abab"), ("fill-first", "aaaa")])
def test_strategies(world, strategy, order):
    import dataclasses

    older, newer = world.key("a"), dataclasses.replace(world.key("b"), created_at=5.0)
    pool = world.pool(older, newer, strategy=strategy)
    assert "".join(spend(pool).credential.label for _ in range(4)) == order


@given(st.lists(st.sampled_from(["lease", "release", "fail", "succeed", "retire", "add"]), max_size=40))
def test_in_flight_equals_open_leases_under_any_order(steps):
    one = Credential(CredentialId("0" * 32), Kind.API_KEY, "one", ApiKey(Secret("x")))
    pool = Pool(Clock(now=lambda: 1e9, monotonic=lambda: 0.0), lambda _: None)
    pool.add(one)
    open_leases, present = [], True
    for step in steps:
        if step == "lease" and present:
            open_leases.append(pool.lease("m", GEMINI, ALL))
        elif step == "retire":
            pool.retire(one.id)
            present = False
        elif step == "add":
            pool.add(one)
            present = True
        elif open_leases and step == "release":
            lease = open_leases.pop(0)
            pool.release(lease)
            pool.release(lease)
        elif open_leases and step == "succeed":
            pool.succeeded(open_leases[0])
        elif open_leases and step == "fail":
            pool.failed(open_leases[0], fault(FaultKind.NETWORK))
    pool.add(one)
    assert pool.view()[0].in_flight == len(open_leases)


def test_a_model_that_google_has_not_is_no_rate_limit(world) -> None:
    pool = world.pool(world.key("a"))
    lease = pool.lease("gemini-99", ["gemini-api"], ALL)
    pool.failed(lease, UpstreamFault(FaultKind.MODEL, "models/gemini-99 is not found.", status=404))
    pool.release(lease)
    with pytest.raises(ClientFault) as fault:
        pool.lease("gemini-99", ["gemini-api"], ALL)
    assert (fault.value.status, fault.value.code, fault.value.param) == (404, "model_not_found", "model")
    assert "models/gemini-99 is not found." in fault.value.message


def test_what_was_just_tried_has_no_waiting_time_but_a_busy_one_has(world) -> None:
    pool = world.pool(world.key("a"), world.key("b", max_in_flight=1))
    ids = [view.credential.id for view in pool.view()]
    with pytest.raises(NoCredential, match="just tried") as tried:
        pool.lease("m", ["gemini-api"], ALL, tried=ids)
    assert tried.value.retry_after_s is None
    assert pool.lease("m", ["gemini-api"], ALL, tried=ids[:1])
    with pytest.raises(NoCredential, match="is busy") as busy:
        pool.lease("m", ["gemini-api"], ALL, tried=ids[:1])
    assert busy.value.retry_after_s == 1.0


def test_a_row_tells_whether_the_pace_lasts(world) -> None:
    pool = world.pool(world.oauth("a"))
    assert pool.view()[0].row("").outlook == ""
    for _ in range(40):
        world.now += 30
        spend(pool)
    row = pool.view()[0].row("")
    assert (row.outlook, row.limit) == ("out", 1500)
    assert row.pace_per_hour == pytest.approx(120, rel=0.1)
    assert row.out_at == pytest.approx(world.now + 1460 / row.pace_per_hour * 3600)
    pool.learn_quota(world.oauth("a").id, "m", 0.9, world.now + 600)
    assert pool.view()[0].row("").outlook == "lasts"
    assert world.pool(world.key("b")).view()[0].row("").outlook == ""


def test_one_probe_at_a_time_finds_out_and_a_refused_one_puts_the_next_off(world):
    pool = world.pool(world.oauth("a"))
    fail(pool, FaultKind.DAILY, 30_000)
    ends_at = pool.view()[0].cooldowns[0].until
    probes = 0
    for _ in range(100):
        world.now += 60
        try:
            probe = pool.lease("m", GEMINI, ALL)
        except NoCredential:
            continue
        probes += 1
        with pytest.raises(NoCredential):
            pool.lease("m", GEMINI, ALL)
        pool.failed(probe, fault(FaultKind.DAILY, ends_at - world.now))
        pool.release(probe)
    assert probes == 5
    assert pool.view()[0].cooldowns[0].until == pytest.approx(ends_at)


def test_a_probe_that_failed_on_the_way_proves_nothing(world):
    pool = world.pool(world.oauth("a"))
    fail(pool, FaultKind.DAILY, 30_000)
    world.now += 1300
    assert fail(pool, FaultKind.NETWORK).reason.startswith("a probe")
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.daily
