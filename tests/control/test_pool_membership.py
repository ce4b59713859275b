"""Files, registry and pool in step: what comes, changes and goes in one does so in the others, and is told."""

import dataclasses
import json

import pytest

from gcli2api_tui.control.pool_membership import Membership
from gcli2api_tui.credentials.credential import CredentialSettings, OAuthClient, OAuthTokens
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.credentials.new_credentials import oauth_credential
from gcli2api_tui.credentials.registry import CredentialRegistry
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import (
    CredentialAdded,
    CredentialChanged,
    CredentialRemoved,
    LogLine,
    TokenRefreshed,
)
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.state.ports import CooldownRow, Saved

CLIENT = OAuthClient("default-client", Secret("default-pair"))
ANN = {"refresh_token": "rt-1", "email": "ann@example.org", "project_id": "p"}


@pytest.fixture
def world(world_of_home):
    return world_of_home


@pytest.fixture
async def ann(world):
    """Ann's sign-in, taken."""
    (credential,) = (await world.registry.add(read_bytes(json.dumps(ANN).encode(), "ann.json", CLIENT))).added
    return credential


def drop(world, name: str, content) -> None:
    (world.folder / name).write_text(json.dumps(content))


async def look_twice(world) -> None:
    """A dropped file must have settled."""
    await world.registry.rescan()
    await world.registry.rescan()


async def renewed(world, credential, tokens) -> None:
    """As a refresh ends, and the disk has heard of it."""
    assert world.registry.renewed(world.registry.current(credential.id), tokens) == tokens
    await world.registry.rescan()


async def switch(world, credential, *, enabled: bool) -> None:
    read = world.registry.current(credential.id)
    settings = dataclasses.replace(read.credential.settings, enabled=enabled)
    change = say("change.enabled" if enabled else "change.disabled")
    await world.registry.update(read, dataclasses.replace(read.credential, settings=settings), change)


def edit(world, identity, **more) -> None:
    """As a person would, in an editor."""
    path = world.folder / world.vault.file_of(identity)
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


async def test_an_import_joins_the_pool_and_is_told(world, ann) -> None:
    assert world.labels() == ["ann@example.org"]
    (told,) = world.said(CredentialAdded)
    assert (told.label, told.source) == ("ann@example.org", "ann.json")


async def test_the_next_start_finds_it_with_what_was_remembered(world, ann) -> None:
    pool = type(world.pool)(world.clock, world.record)
    registry = CredentialRegistry(world.open_vault(), Membership(pool, world, world.clock))
    mark = CooldownRow(ann.id, "", float("inf"), "needs-login", "Sign in again.")
    registry.start()
    pool.restore(Saved(cooldowns=(mark,)))
    assert [(view.credential, view.state) for view in pool.view()] == [(ann, CredentialState.NEEDS_LOGIN)]


async def test_a_file_that_is_no_credential_is_told_at_the_start_and_stops_nothing(world, ann) -> None:
    drop(world, "stray.json", {"hello": "world"})
    CredentialRegistry(world.open_vault(), world.membership).start()
    (line,) = world.said(LogLine)
    assert (line.level, line.source) == ("warning", "vault")
    assert "stray.json" in line.text


async def test_a_dropped_file_joins(world) -> None:
    drop(world, "mine.json", ANN)
    await look_twice(world)
    assert world.labels() == ["ann@example.org"]
    await world.registry.rescan()
    assert len(world.said(CredentialAdded)) == 1


async def test_a_removed_file_leaves_and_a_running_lease_ends_well(world, ann) -> None:
    lease = world.pool.lease("m", ["code-assist"], ALL)
    (world.folder / world.vault.file_of(ann.id)).unlink()
    await world.registry.rescan()
    assert world.labels() == []
    assert [told.label for told in world.said(CredentialRemoved)] == ["ann@example.org"]
    world.pool.succeeded(lease)
    world.pool.release(lease)


async def test_an_edited_file_holds_at_once_and_keeps_the_counts(world, ann) -> None:
    lease = world.pool.lease("m", ["code-assist"], ALL)
    world.pool.succeeded(lease)
    world.pool.release(lease)
    edit(world, ann.id, label="Ann", settings={"daily_limit": 1})
    await world.registry.rescan()
    (view,) = world.pool.view()
    assert (view.credential.label, view.used_today, view.state) == ("Ann", 1, CredentialState.COOLING)
    assert [told.change for told in world.said(CredentialChanged)] == ["changed on disk"]


async def test_a_torn_file_is_told_and_the_credential_serves_on(world, ann) -> None:
    path = world.folder / world.vault.file_of(ann.id)
    path.write_text(path.read_text()[:60])
    await look_twice(world)
    await look_twice(world)
    assert world.labels() == ["ann@example.org"]
    assert len(world.said(LogLine)) == 1


async def test_a_folder_that_is_gone_takes_nobody_out(world, ann) -> None:
    world.folder.rename(world.folder.with_name("elsewhere"))
    await look_twice(world)
    assert world.labels() == ["ann@example.org"]
    assert [("cannot be read" in line.text) for line in world.said(LogLine)] == [True]
    world.folder.with_name("elsewhere").rename(world.folder)
    await look_twice(world)
    assert [line.text for line in world.said(LogLine)[1:]] == ["The credentials folder can be used again."]


async def test_fresh_tokens_are_kept_on_disk_and_told_without_the_token(world, ann) -> None:
    fresh = dataclasses.replace(ann.secret, access_token=Secret("SENTINEL-at"), expires_at=world.now + 3600)
    await renewed(world, ann, fresh)
    assert [one.secret for one in world.kept()] == [fresh]
    assert world.pool.credential(ann.id).secret == fresh
    assert world.said(TokenRefreshed)[0].expires_at == world.now + 3600
    assert "SENTINEL" not in repr(world.events)


async def test_fresh_tokens_serve_even_if_the_disk_refuses(world, ann, refusing_disk) -> None:
    fresh = dataclasses.replace(ann.secret, access_token=Secret("at"))
    await renewed(world, ann, fresh)
    assert world.pool.credential(ann.id).secret == fresh
    (line,) = world.said(LogLine)
    assert line.level == "error"
    assert "Read-only file system" in line.text


async def test_tokens_of_a_removed_credential_bring_nothing_back(world, ann) -> None:
    read = world.registry.current(ann.id)
    await world.registry.remove(ann.id)
    assert world.registry.renewed(read, ann.secret) == ann.secret
    await world.registry.rescan()
    world.registry.project_found(ann.id, "other")
    assert (world.labels(), world.kept()) == ([], [])


async def test_a_found_project_is_kept(world, ann) -> None:
    world.registry.project_found(ann.id, "found-later")
    await world.registry.rescan()
    assert [one.project for one in world.kept()] == ["found-later"]


async def test_a_found_tier_is_kept_and_is_the_limit_of_the_day(world, ann) -> None:
    world.registry.tier_found(ann.id, "g1-ultra-tier")
    await world.registry.rescan()
    assert [one.tier for one in world.kept()] == ["g1-ultra-tier"]
    assert (world.pool.view()[0].limit, world.pool.view()[0].limit_source) == (2000, "tier")
    world.registry.tier_found(ann.id, "free-tier")
    assert world.pool.view()[0].limit == 1000


async def test_a_switch_is_on_the_disk_and_does_not_touch_the_other_settings(world, ann) -> None:
    edit(world, ann.id, settings={"daily_limit": 9})
    await world.registry.rescan()
    await switch(world, ann, enabled=False)
    assert [one.settings for one in world.kept()] == [CredentialSettings(enabled=False, daily_limit=9)]
    assert world.pool.view()[0].state is CredentialState.DISABLED
    assert world.said(CredentialChanged)[-1].change == "disabled by you"
    await switch(world, ann, enabled=True)
    assert world.kept()[0].settings.enabled


async def test_a_switch_that_the_disk_refuses_changes_nothing(world, ann, refusing_disk) -> None:
    with pytest.raises(Problem, match="Read-only"):
        await switch(world, ann, enabled=False)
    assert world.pool.view()[0].state is CredentialState.READY
    assert not world.said(CredentialChanged)


async def test_removed_and_restored_with_its_count(world, ann) -> None:
    lease = world.pool.lease("m", ["code-assist"], ALL)
    world.pool.succeeded(lease)
    world.pool.release(lease)
    await world.registry.remove(ann.id)
    assert (world.labels(), world.kept(), len(list(world.trash.iterdir()))) == ([], [], 1)
    assert await world.registry.restore(ann.id) == ann
    assert (world.kept(), list(world.trash.iterdir())) == ([ann], [])
    assert world.pool.view()[0].used_today == 1
    await world.registry.rescan()
    assert len(world.said(CredentialRemoved)) == 1


async def test_what_the_disk_will_not_remove_stays_in_the_pool(world, ann, refusing_disk) -> None:
    with pytest.raises(Problem, match="Read-only"):
        await world.registry.remove(ann.id)
    assert world.labels() == ["ann@example.org"]


def fresh_sign_in(refresh_token: str = "rt-new", email: str = "ann@example.org"):
    return oauth_credential(OAuthTokens(Secret(refresh_token), "c", Secret("s"), Secret("at-new")), email)


async def test_signing_in_again_revives_the_same_credential(world, ann) -> None:
    world.pool.mark(ann.id, UpstreamFault(FaultKind.NEEDS_LOGIN, "The refresh token is dead."))
    await world.registry.sign_in(fresh_sign_in())
    (view,) = world.pool.view()
    assert (view.credential.id, view.credential.project) == (ann.id, "p")
    assert view.credential.secret.refresh_token == Secret("rt-new")
    assert view.state is CredentialState.READY
    assert [(one.id, one.secret.refresh_token) for one in world.kept()] == [(ann.id, Secret("rt-new"))]
    assert world.said(CredentialChanged)[-1].change == "signed in again"


async def test_signing_in_another_account_adds_one(world, ann) -> None:
    await world.registry.sign_in(fresh_sign_in(email="bob@example.org"))
    assert world.labels() == ["ann@example.org", "bob@example.org"]


async def test_a_key_with_the_accounts_name_is_not_overwritten_by_a_sign_in(world) -> None:
    key = {"api_key": "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234", "label": "ann@example.org"}
    await world.registry.add(read_bytes(json.dumps(key).encode(), "k", CLIENT))
    await world.registry.sign_in(fresh_sign_in())
    assert sorted(one.kind for one in world.kept()) == ["api-key", "oauth"]
