"""What a credential has used of each model's day: the tightest first, no limits added up; and the one word for it."""

import pytest

from gcli2api_tui.events.problems import NEW_KEY, FaultKind, UpstreamFault
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool.credential_state import Cooldown, Mark, PooledCredential
from gcli2api_tui.pool.credential_view import model_uses, most_asked, resting, state_of, why_of
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.pool.quota import Tally
from gcli2api_tui.pool.row_cache import NextUps

NOW = 1_795_000_000.0


@pytest.fixture
def stand(world):
    return lambda **settings: PooledCredential(world.key("a", **settings))


def cooldown(seconds: float, kind: FaultKind = FaultKind.RATE) -> Cooldown:
    return Cooldown(NOW + seconds, kind, "Google said no.", 0)


def serve(pool, model: str, times: int, *, only: str = "") -> None:
    for _ in range(times):
        lease = pool.lease(model, {"code-assist", "gemini-api"}, ALL, only=only)
        pool.succeeded(lease)
        pool.release(lease)


def uses(world, pool):
    (one,) = pool.members()
    return model_uses(one, world.now)


def test_the_tightest_model_stands_first_whatever_was_used_more(world) -> None:
    pool = world.pool(world.oauth("alice"))
    serve(pool, "flash", 9)
    serve(pool, "pro", 3)
    identity = pool.members()[0].credential.id
    pool.learn_quota(identity, "pro", 0.7, limit=10)
    pool.learn_quota(identity, "flash", 0.99, limit=1000)
    pool.learn_quota(identity, "never-asked", 0.0, limit=5)
    rows = uses(world, pool)
    assert [(row.model, row.used, row.limit) for row in rows] == [("pro", 3, 10), ("flash", 9, 1000)]
    assert rows[0].left == 7 and rows[0].google_asked_at == world.now


def test_googles_share_counts_where_it_is_worse_than_what_was_counted(world) -> None:
    pool = world.pool(world.oauth("alice"))
    serve(pool, "pro", 1)
    pool.learn_quota(pool.members()[0].credential.id, "pro", 0.05, limit=100)
    assert uses(world, pool)[0].gone == 0.95


def test_a_tiers_limit_is_each_models_and_keys_have_none(world) -> None:
    pool = world.pool(world.oauth("alice"))
    serve(pool, "pro", 2)
    serve(pool, "flash", 1)
    assert [(row.model, row.used, row.limit, row.limit_source) for row in uses(world, pool)] == [
        ("pro", 2, 1500, "assumed"),
        ("flash", 1, 1500, "assumed"),
    ]
    keys = world.pool(world.key("key"))
    serve(keys, "pro", 2)
    assert [(row.limit, row.gone, row.left) for row in uses(world, keys)] == [(None, None, None)]


def test_the_persons_own_limit_holds_for_all_models_together(world) -> None:
    pool = world.pool(world.key("key", daily_limit=4))
    serve(pool, "pro", 1)
    serve(pool, "flash", 2)
    first = uses(world, pool)[0]
    assert (first.model, first.used, first.limit, first.limit_source) == ("", 3, 4, "setting")


def test_the_pace_is_each_models_own(world) -> None:
    pool = world.pool(world.oauth("alice"))
    for _ in range(12):
        serve(pool, "pro", 5)
        world.now += 300
    serve(pool, "flash", 1)
    pro, flash = uses(world, pool)
    assert pro.outlook and 50 <= pro.pace_per_hour <= 65
    assert flash.outlook == "", "one request foretells nothing"


def test_next_is_told_by_model_and_never_one_that_rests_for_it(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    a, b = (one.credential.id for one in pool.members())
    serve(pool, "pro", 1, only=a)
    serve(pool, "flash", 2, only=b)
    refused = pool.lease("pro", {"gemini-api"}, ALL, only=a)
    pool.failed(refused, UpstreamFault(FaultKind.DAILY, "spent", hint_s=3600))
    pool.release(refused)
    ups = NextUps(pool, world.clock, lambda model: {"gemini-api"})
    assert most_asked(pool.members(), 5) == ("flash", "pro")
    assert {row.model: row.label for row in ups.look()}["pro"] == "b"
    pool.retire(b)
    assert {row.model: row.label for row in ups.look()}["pro"] == "b", "looked up once a second"
    world.now += 1
    assert {row.model: row.label for row in ups.look()} == {"pro": ""}
    assert NextUps(pool, world.clock, lambda model: ()).look()[0].label == ""


def test_what_is_left_of_a_limit_at_this_pace_says_when_it_is_out(world) -> None:
    """Of a model's own limit as of the person's for all models."""
    pool = world.pool(world.oauth("alice"), world.key("key", daily_limit=100))
    alice, key = (one.credential.id for one in pool.members())
    pool.learn_quota(alice, "pro", 1.0, limit=100)
    for _ in range(12):
        serve(pool, "pro", 5, only=alice)
        serve(pool, "pro", 5, only=key)
        world.now += 300
    of_model, of_all = (model_uses(one, world.now)[0] for one in pool.members())
    for one in (of_model, of_all):
        assert (one.used, one.limit) == (60, 100)
        assert 30 * 60 <= one.out_at - world.now <= 60 * 60, "40 are left, at about 60 an hour"


def test_next_is_asked_of_the_backends_that_have_the_model(world) -> None:
    pool = world.pool(world.key("key"), world.oauth("alice"))
    serve(pool, "pro", 1)
    serve(pool, "flash", 1)
    ups = NextUps(pool, world.clock, {"pro": {"code-assist"}, "flash": {"gemini-api"}}.__getitem__)
    assert {row.model: row.label for row in ups.look()} == {"pro": "alice", "flash": "key"}


def test_who_may_not_serve_a_model_is_not_next_for_it(world) -> None:
    pool = world.pool(world.key("a", models=("flash",)), world.key("b", models=("pro",)))
    assert pool.next_for("pro", {"gemini-api"}).label == "b"
    assert pool.next_for("flash", {"gemini-api"}).label == "a"


def test_the_one_word_for_it_names_the_strongest_reason(stand) -> None:
    pooled = stand(daily_limit=100)
    assert state_of(pooled, NOW) is CredentialState.READY
    pooled.tallies["m"] = Tally(NOW, 90)
    assert state_of(pooled, NOW) is CredentialState.NEARLY_OUT
    pooled.cooldowns["m"] = cooldown(10)
    assert state_of(pooled, NOW) is CredentialState.COOLING
    pooled.in_flight = 1
    assert state_of(pooled, NOW) is CredentialState.BUSY
    pooled.mark = Mark(FaultKind.NEEDS_LOGIN, "It was revoked.", "https://accounts.example")
    assert state_of(pooled, NOW) is CredentialState.NEEDS_LOGIN
    assert why_of(pooled, NOW) == f"It was revoked. {NEW_KEY} https://accounts.example"
    off = PooledCredential(stand(enabled=False).credential, mark=pooled.mark)
    assert (state_of(off, NOW), why_of(off, NOW)) == (CredentialState.DISABLED, "You switched it off.")


def test_a_model_that_is_not_included_does_not_cool_the_credential(stand) -> None:
    pooled = stand()
    pooled.last_ok_at = NOW - 5
    pooled.cooldowns["m"] = cooldown(10, FaultKind.MODEL)
    assert state_of(pooled, NOW) is CredentialState.READY
    words = "Google said no. Choose another model, or a credential that is entitled to this one."
    assert why_of(pooled, NOW) == words


def test_refused_models_are_its_state_where_nothing_else_is_known_of_it(stand) -> None:
    unproven, chosen = stand(), stand(models=("m", "n"))
    unproven.cooldowns["m"] = chosen.cooldowns["m"] = cooldown(10, FaultKind.MODEL)
    chosen.last_ok_at = NOW
    assert state_of(unproven, NOW) is CredentialState.MODEL_NOT_ENTITLED
    assert state_of(chosen, NOW) is CredentialState.READY
    chosen.cooldowns["n"] = cooldown(20, FaultKind.MODEL)
    assert state_of(chosen, NOW) is CredentialState.MODEL_NOT_ENTITLED
    assert state_of(chosen, NOW + 10) is CredentialState.READY


def test_rests_are_listed_by_their_end_and_only_while_they_run(stand) -> None:
    pooled = stand()
    pooled.budget.cooldowns = {"late": cooldown(90), "over": cooldown(0), "soon": cooldown(5)}
    assert [one.model for one in resting(pooled, NOW)] == ["soon", "late"]
