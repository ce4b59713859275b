"""What a fault, a check or a figure of Google's leaves behind: on the credential, in the events, and in the store."""

import math

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CooldownCleared, CooldownSet, CredentialChanged, QuotaLearned
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.cooldowns import DOUBTED_S, Ender
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.state.ports import CooldownRow, Saved

GEMINI = ("gemini-api", "code-assist")
SUSPENDED = UpstreamFault(FaultKind.TERMS, "Suspended.", link="https://x/appeal")
ABROAD = UpstreamFault(FaultKind.FORBIDDEN, "Not from here.", passes_s=300.0)


class Rows:
    """A store that keeps the rests and limits as they were last told."""

    def __init__(self):
        self.rests, self.limits = {}, {}

    def add_requests(self, credential, model, window_start, count): ...

    def set_limit(self, credential, model, window_start, limit, source):
        self.limits[credential, model] = (limit, source)

    def set_cooldown(self, row):
        self.rests[row.credential, row.model] = row

    def saved(self):
        return Saved(cooldowns=tuple(row for row in self.rests.values() if row.until))


@pytest.fixture
def store():
    return Rows()


def fail(pool, kind, model="m", **more):
    lease = pool.lease(model, GEMINI, ALL)
    pool.failed(lease, UpstreamFault(kind, "Google said no.", **more))
    pool.release(lease)


@pytest.mark.parametrize("way", ["check", "request"])
def test_a_mark_is_told_kept_and_taken_off_again(world, store, way):
    key = world.key("a")
    pool = world.pool(key, world.key("b"), store=store)
    if way == "check":
        pool.mark(key.id, SUSPENDED)
    else:
        lease = pool.lease("m", GEMINI, ALL)
        pool.failed(lease, SUSPENDED)
        assert lease.credential.id == key.id
    view = next(view for view in pool.view() if view.credential.id == key.id)
    assert (view.state, view.last_error) == (CredentialState.DISABLED_BY_GOOGLE, "Suspended.")
    assert "https://x/appeal" in view.why
    assert store.rests[key.id, ""] == CooldownRow(key.id, "", math.inf, "terms", "Suspended.", "https://x/appeal")
    assert world.events == [CredentialChanged(world.now, key.id, "a", "disabled by Google")]
    pool.clear_cooldown(key.id)
    assert world.events[1:] == [CredentialChanged(world.now, key.id, "a", "ready")]
    assert store.saved() == Saved()


def test_a_check_that_fails_for_nobodys_fault_leaves_words_and_no_mark(world):
    pool = world.pool(world.key("a"))
    pool.mark(world.key("a").id, UpstreamFault(FaultKind.SERVER, "oops"))
    pool.mark(world.key("nobody").id, SUSPENDED)
    assert (pool.view()[0].state, pool.view()[0].last_error) == (CredentialState.READY, "oops")
    assert pool.credential(world.key("a").id) == world.key("a")
    assert pool.credential(world.key("nobody").id) is None


def test_a_mark_that_passes_ends_by_itself_after_a_restart_too(world, store):
    key = world.key("a")
    pool = world.pool(key, store=store)
    pool.mark(key.id, ABROAD)
    assert store.rests[key.id, ""].until == world.now + 300.0
    again = world.pool(key)
    again.restore(store.saved())
    for one in (pool, again):
        assert "every few minutes" in one.view()[0].why
    world.now += 299.0
    assert {one.view()[0].state for one in (pool, again)} == {CredentialState.FORBIDDEN}
    world.now += 1.0
    assert {one.view()[0].state for one in (pool, again)} == {CredentialState.READY}
    assert store.saved() == Saved()


def test_a_clock_that_goes_back_ends_a_mark_that_passes_and_no_other(world):
    pool = world.pool(world.key("a"), world.key("b"))
    pool.mark(world.key("a").id, ABROAD)
    pool.mark(world.key("b").id, SUSPENDED)
    world.now -= 2 * 86_400
    assert [view.state for view in pool.view()] == [CredentialState.READY, CredentialState.DISABLED_BY_GOOGLE]


def test_a_rest_is_told_kept_and_ended_by_what_is_said(world, store):
    key = world.key("a")
    pool = world.pool(key, world.key("b"), store=store)
    fail(pool, FaultKind.RATE, hint_s=60.0)
    until = world.now + 60.0
    assert world.events == [CooldownSet(world.now, key.id, "a", "m", until, "Google said no.")]
    assert store.rests[key.id, "m"] == CooldownRow(key.id, "m", until, "rate", "Google said no.")
    world.now = until
    pool.view()
    assert world.events[1:] == [CooldownCleared(until, key.id, "a", "m", "time")]
    assert store.saved() == Saved()


def test_a_rest_of_the_whole_account_names_no_model_to_people(world, store):
    account = world.oauth("a")
    pool = world.pool(account, store=store)
    fail(pool, FaultKind.DAILY, hint_s=600.0, every_model=True)
    pool.clear_cooldown(account.id, Ender.CHECK)
    told = [(type(event), event.model) for event in world.events]
    assert told == [(CooldownSet, ""), (CooldownCleared, "")]
    assert world.events[-1].by == say("by.check")
    assert list(store.rests) == [(account.id, "*")]
    assert store.saved() == Saved()


def test_keys_of_one_project_wake_together_in_the_store_too(world, store):
    one, other = world.key("a"), world.key("b")
    pool = world.pool(one, other, store=store)
    for _ in range(2):
        fail(pool, FaultKind.RATE, hint_s=60.0, project="123")
    assert {row.credential for row in store.saved().cooldowns} == {one.id, other.id}
    pool.clear_cooldown(other.id)
    assert store.saved() == Saved()


def test_a_limit_of_the_day_is_learnt_told_and_kept(world, store):
    account = world.oauth("a")
    pool = world.pool(account, store=store)
    fail(pool, FaultKind.RATE, hint_s=60.0, learned_limit=10)
    assert store.limits == {}
    pool.clear_cooldown(account.id)
    world.events.clear()
    fail(pool, FaultKind.DAILY, hint_s=600.0, learned_limit=250)
    assert store.limits == {(account.id, "m"): (250, "429")}
    assert world.events[0] == QuotaLearned(world.now, account.id, "m", "429")


def test_googles_figure_is_told_and_kept_and_ends_a_days_rest_of_its_model(world, store):
    account = world.oauth("a")
    pool = world.pool(account, store=store)
    fail(pool, FaultKind.DAILY, "m", hint_s=600.0)
    fail(pool, FaultKind.RATE, "n", hint_s=600.0)
    world.events.clear()
    pool.learn_quota(account.id, "m", 0.0, limit=1000)
    pool.learn_quota(account.id, "n", 0.5)
    assert [rest.model for rest in pool.view()[0].cooldowns] == ["m", "n"]
    assert store.limits == {(account.id, "m"): (1000, "google")}
    assert world.events[0] == QuotaLearned(world.now, account.id, "m", "google")
    pool.learn_quota(account.id, "m", 0.1)
    assert [rest.model for rest in pool.view()[0].cooldowns] == ["n"]
    assert world.events[-1] == CooldownCleared(world.now, account.id, "a", "m", "Google's figures")


def test_a_doubted_account_serves_last_until_it_is_served_well(world):
    pool = world.pool(world.key("a"), world.key("b"), strategy="round-robin")
    lease = pool.lease("m", GEMINI, ALL)
    pool.doubted(lease, "Limited.")
    pool.release(lease)
    assert pool.view()[0].last_error == "Limited."
    chosen = [pool.lease("m", GEMINI, ALL).credential.label for _ in range(2)]
    world.now += DOUBTED_S
    chosen.append(pool.lease("m", GEMINI, ALL).credential.label)
    world.now -= 1.0
    chosen += [pool.lease("m", GEMINI, ALL).credential.label for _ in range(2)]
    assert chosen == ["b", "b", "a", "b", "b"]
    pool.succeeded(lease)
    assert (pool.lease("m", GEMINI, ALL).credential.label, pool.view()[0].last_error) == ("a", "")


def test_a_guess_cools_one_only_where_another_could_serve_that_model_now(world):
    pool = world.pool(world.key("a"), world.key("b", models=("n",)))
    fail(pool, FaultKind.RATE)
    assert not world.events, "b may not serve it"
    pool = world.pool(world.key("a"), world.oauth("b"))
    fail(pool, FaultKind.RATE)
    assert not world.events, "b is of another kind"
    pool = world.pool(world.key("a"), world.key("b"))
    fail(pool, FaultKind.RATE, hint_s=60.0)
    fail(pool, FaultKind.RATE)
    assert len(world.events) == 1, "a rests"
    world.now += 60.0
    fail(pool, FaultKind.RATE)
    fail(pool, FaultKind.RATE)
    assert sum(isinstance(event, CooldownSet) for event in world.events) == 2, "one is over at this moment"


def test_after_a_success_the_next_guess_is_the_shortest_again(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    (a, _) = pool.members()
    for _ in range(2):
        lease = pool.lease("m", ("gemini-api",), ALL, only=a.credential.id)
        pool.failed(lease, UpstreamFault(FaultKind.RATE, "no"))
        pool.release(lease)
        assert a.budget.guesses == {"m": 1}
        world.now = a.cooldowns["m"].until + 1
        served = pool.lease("m", ("gemini-api",), ALL, only=a.credential.id)
        pool.succeeded(served)
        pool.release(served)
        assert not a.budget.guesses


def test_a_crowded_model_is_asked_elsewhere_until_the_moment_is_over(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    lease = pool.lease("m", ("gemini-api",), ALL)
    pool.failed(lease, UpstreamFault(FaultKind.CAPACITY, "crowded", hint_s=9.0))
    pool.release(lease)
    pooled = next(one for one in pool.members() if one.credential.id == lease.credential.id)
    assert pooled.crowded == {"m": world.now + 9.0}


def test_a_person_forgets_what_google_said_of_a_model_and_of_no_other(world) -> None:
    pool = world.pool(world.key("a"))
    (one,) = pool.members()
    for model, kind in (("m", FaultKind.MODEL), ("n", FaultKind.MODEL), ("o", FaultKind.RATE)):
        lease = pool.lease(model, ("gemini-api",), ALL)
        pool.failed(lease, UpstreamFault(kind, "no", hint_s=600.0))
        pool.release(lease)
    world.events.clear()
    assert pool.forget_model("m") == 1 and set(one.cooldowns) == {"n", "o"}
    assert pool.forget_model(None) == 1 and set(one.cooldowns) == {"o"}, "a limit is no word about a model"
    assert [event.by for event in world.events] == [Ender.PERSON.said] * 2
