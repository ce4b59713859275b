"""Several keys of one Google project are one quota, by the person's label or because Google named the project."""

import dataclasses

import pytest

from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.state.ports import CooldownRow, Saved, UsageRow

GEMINI = ("gemini-api",)


def of(project: str, key):
    return dataclasses.replace(key, project=project)


def serve(pool, tried=(), model="m"):
    lease = pool.lease(model, GEMINI, ALL, tried=tried)
    pool.succeeded(lease)
    pool.release(lease)
    return lease


def fail(pool, kind, *, tried=(), **more):
    lease = pool.lease("m", GEMINI, ALL, tried=tried)
    pool.failed(lease, UpstreamFault(kind, "Google said no.", **more))
    pool.release(lease)
    return lease


def rows(pool):
    return {view.credential.label: view.row("") for view in pool.view()}


def test_one_label_is_one_count_shown_as_one(world) -> None:
    a, b, c = of("shop", world.key("a")), of("shop", world.key("b")), of("lab", world.key("c"))
    pool = world.pool(a, b, c)
    serve(pool, tried=[b.id, c.id])
    serve(pool, tried=[a.id, c.id])
    found = rows(pool)
    assert [(found[name].used_today, found[name].shares) for name in "abc"] == [(2, "shop"), (2, "shop"), (0, "")]


def test_a_limit_that_hits_one_has_hit_all(world) -> None:
    a, b = of("shop", world.key("a")), of("shop", world.key("b"))
    pool = world.pool(a, b, world.key("c"))
    fail(pool, FaultKind.DAILY, hint_s=3000, learned_limit=250, tried=[b.id, world.key("c").id])
    found = rows(pool)
    assert [found[name].state for name in "abc"] == [CredentialState.COOLING, CredentialState.COOLING, "ready"]
    assert (found["b"].limit, found["b"].limit_source) == (250, "429")
    assert serve(pool).credential.label == "c"
    pool.clear_cooldown(b.id)
    assert rows(pool)["a"].state is CredentialState.READY


def test_a_dead_key_does_not_stop_its_sisters(world) -> None:
    a, b = of("shop", world.key("a")), of("shop", world.key("b"))
    pool = world.pool(a, b)
    fail(pool, FaultKind.NEEDS_LOGIN, tried=[b.id])
    assert serve(pool).credential.label == "b"


def test_google_names_the_project_and_the_file_hears_of_it(world) -> None:
    told = []
    pool = world.pool(world.key("a"), world.key("b"))
    pool.on_project = lambda identity, project: told.append((identity, project))
    serve(pool, tried=[world.key("b").id])
    world.now += 1
    serve(pool, tried=[world.key("a").id])
    first = fail(pool, FaultKind.RATE, hint_s=30, project="528988117135")
    assert rows(pool)["a"].shares == ""
    fail(pool, FaultKind.RATE, hint_s=40, project="528988117135")
    found = rows(pool)
    assert [found[name].shares for name in "ab"] == ["528988117135"] * 2
    assert [found[name].used_today for name in "ab"] == [2, 2]
    assert [rest.until for rest in found["a"].cooldowns] == [world.now + 40]
    assert told == [(first.credential.id, "528988117135"), (world.key("b").id, "528988117135")]


def test_two_labels_of_one_project_become_one(world) -> None:
    keys = [of("x", world.key("a")), of("x", world.key("b")), of("y", world.key("c")), of("y", world.key("d"))]
    pool = world.pool(*keys)
    by = {key.label: key.id for key in keys}
    fail(pool, FaultKind.RATE, hint_s=9, project="7", tried=[by[name] for name in "bcd"])
    fail(pool, FaultKind.RATE, hint_s=9, project="7", tried=[by[name] for name in "abd"])
    serve(pool, model="n")
    assert [row.used_today for row in rows(pool).values()] == [1, 1, 1, 1]


def test_other_kinds_have_a_quota_of_their_own(world) -> None:
    pool = world.pool(of("shop", world.oauth("a")), of("shop", world.oauth("b")))
    lease = pool.lease("m", ("code-assist",), ALL)
    pool.failed(lease, UpstreamFault(FaultKind.DAILY, "no", hint_s=3000, project="7"))
    assert pool.lease("m", ("code-assist",), ALL).credential.label == "b"


def test_the_last_quota_is_not_cooled_by_a_guess_though_it_has_two_keys(world) -> None:
    pool = world.pool(of("shop", world.key("a")), of("shop", world.key("b")))
    fail(pool, FaultKind.RATE)
    assert pool.lease("m", GEMINI, ALL)


def test_a_new_label_takes_what_was_used_along_and_parts_from_the_rest(world) -> None:
    a, b = of("shop", world.key("a")), of("shop", world.key("b"))
    pool = world.pool(a, b)
    serve(pool)
    pool.replace(of("lab", b))
    serve(pool, tried=[b.id])
    found = rows(pool)
    assert [(found[name].used_today, found[name].shares) for name in "ab"] == [(2, ""), (1, "")]


def test_new_tokens_or_settings_change_nothing(world) -> None:
    a, b = of("shop", world.key("a")), of("shop", world.key("b"))
    pool = world.pool(a, b)
    serve(pool)
    pool.replace(dataclasses.replace(a, label="a2"))
    serve(pool)
    assert {row.used_today for row in rows(pool).values()} == {2}


def test_one_that_was_removed_comes_back_to_the_same_quota(world) -> None:
    a, b = of("shop", world.key("a")), of("shop", world.key("b"))
    pool = world.pool(a, b)
    pool.retire(b.id)
    serve(pool)
    pool.add(b)
    assert {row.used_today for row in rows(pool).values()} == {1}


def test_a_restart_adds_up_what_each_key_has_served(world) -> None:
    a, b = of("shop", world.key("a")), of("shop", world.key("b"))
    pool = world.pool(a, b)
    start = world.now - 60
    usage = (UsageRow(a.id, "m", start, 7, 250, "429"), UsageRow(b.id, "m", start, 9, 250, "429"))
    rest = CooldownRow(b.id, "m", world.now + 50, "rate", "no")
    pool.restore(Saved(usage=usage, cooldowns=(rest,)))
    assert [(row.used_today, row.limit) for row in rows(pool).values()] == [(16, 250)] * 2
    with pytest.raises(NoCredential):
        pool.lease("m", GEMINI, ALL)


def test_an_account_wide_limit_rests_every_model(world) -> None:
    pool = world.pool(world.key("a"))
    fail(pool, FaultKind.DAILY, hint_s=3000, every_model=True)
    with pytest.raises(NoCredential) as caught:
        pool.lease("another", GEMINI, ALL)
    assert caught.value.daily
    assert [rest.model for rest in rows(pool)["a"].cooldowns] == [""]
    world.now += 1300
    probe = pool.lease("another", GEMINI, ALL)
    assert probe.reason.startswith("a probe")
    with pytest.raises(NoCredential):
        pool.lease("m", GEMINI, ALL)
    pool.succeeded(probe)
    assert pool.lease("m", GEMINI, ALL)
