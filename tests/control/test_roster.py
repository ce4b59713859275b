"""Vault and pool in step: what comes, changes and goes in one does so in the other, and is told."""

import dataclasses
import json

import pytest

from gcli2api_tui.control.roster import Roster
from gcli2api_tui.credentials.bundle import read_bytes
from gcli2api_tui.credentials.kinds import CredentialSettings, OAuthClient, OAuthTokens
from gcli2api_tui.credentials.shapes import oauth_credential
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import (
    CredentialAdded,
    CredentialChanged,
    CredentialRemoved,
    LogLine,
    TokenRefreshed,
    Usage,
)
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.records import CredentialState
from gcli2api_tui.state.ports import CooldownRow, Saved

CLIENT = OAuthClient("default-client", Secret("default-pair"))
ANN = {"refresh_token": "rt-1", "email": "ann@example.org", "project_id": "p"}


@pytest.fixture
def desk(desk_of_home):
    return desk_of_home


@pytest.fixture
def ann(desk):
    """Ann's sign-in, taken."""
    (credential,) = desk.roster.take(read_bytes(json.dumps(ANN).encode(), "ann.json", CLIENT)).added
    return credential


def drop(desk, name: str, content) -> None:
    (desk.folder / name).write_text(json.dumps(content))


def look_twice(desk) -> None:
    """A dropped file must have settled."""
    desk.roster.rescan()
    desk.roster.rescan()


def edit(desk, identity, **more) -> None:
    """As a person would, in an editor."""
    path = desk.folder / desk.vault.file_of(identity)
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


def test_an_import_joins_the_pool_and_is_told(desk, ann) -> None:
    assert desk.labels() == ["ann@example.org"]
    (told,) = desk.said(CredentialAdded)
    assert (told.label, told.source) == ("ann@example.org", "ann.json")


def test_the_next_start_finds_it_with_what_was_remembered(desk, ann) -> None:
    pool = type(desk.pool)(desk.clock, desk.record)
    roster = Roster(desk.open_vault(), pool, desk, desk.clock)
    mark = CooldownRow(ann.id, "", float("inf"), "needs-login", "Sign in again.")
    roster.start(Saved(cooldowns=(mark,)))
    assert [(view.credential, view.state) for view in pool.view()] == [(ann, CredentialState.NEEDS_LOGIN)]


def test_a_file_that_is_no_credential_is_told_at_the_start_and_stops_nothing(desk, ann) -> None:
    drop(desk, "stray.json", {"hello": "world"})
    Roster(desk.open_vault(), desk.pool, desk, desk.clock).start(Saved())
    (line,) = desk.said(LogLine)
    assert (line.level, line.source) == ("warning", "vault")
    assert "stray.json" in line.text


def test_a_dropped_file_joins(desk) -> None:
    drop(desk, "mine.json", ANN)
    look_twice(desk)
    assert desk.labels() == ["ann@example.org"]
    desk.roster.rescan()
    assert len(desk.said(CredentialAdded)) == 1


def test_a_removed_file_leaves_and_a_running_lease_ends_well(desk, ann) -> None:
    lease = desk.pool.lease("m", ["code-assist"])
    (desk.folder / desk.vault.file_of(ann.id)).unlink()
    desk.roster.rescan()
    assert desk.labels() == []
    assert [told.label for told in desk.said(CredentialRemoved)] == ["ann@example.org"]
    desk.pool.succeeded(lease, Usage())
    desk.pool.release(lease)


def test_an_edited_file_holds_at_once_and_keeps_the_counts(desk, ann) -> None:
    lease = desk.pool.lease("m", ["code-assist"])
    desk.pool.succeeded(lease, Usage())
    desk.pool.release(lease)
    edit(desk, ann.id, label="Ann", settings={"daily_limit": 1})
    desk.roster.rescan()
    (view,) = desk.pool.view()
    assert (view.credential.label, view.used_today, view.state) == ("Ann", 1, CredentialState.COOLING)
    assert [told.change for told in desk.said(CredentialChanged)] == ["changed on disk"]


def test_a_torn_file_is_told_and_the_credential_serves_on(desk, ann) -> None:
    path = desk.folder / desk.vault.file_of(ann.id)
    path.write_text(path.read_text()[:60])
    look_twice(desk)
    look_twice(desk)
    assert desk.labels() == ["ann@example.org"]
    assert len(desk.said(LogLine)) == 1


def test_a_folder_that_is_gone_takes_nobody_out(desk, ann) -> None:
    desk.folder.rename(desk.folder.with_name("elsewhere"))
    look_twice(desk)
    assert desk.labels() == ["ann@example.org"]
    assert [("cannot be read" in line.text) for line in desk.said(LogLine)] == [True]
    desk.folder.with_name("elsewhere").rename(desk.folder)
    look_twice(desk)
    assert [line.text for line in desk.said(LogLine)[1:]] == ["The credentials folder can be used again."]


def test_fresh_tokens_are_kept_on_disk_and_told_without_the_token(desk, ann) -> None:
    fresh = dataclasses.replace(ann.secret, access_token=Secret("SENTINEL-at"), expires_at=desk.now + 3600)
    desk.roster.token_refreshed(ann.id, fresh)
    assert [one.secret for one in desk.kept()] == [fresh]
    assert desk.pool.credential(ann.id).secret == fresh
    assert desk.said(TokenRefreshed)[0].expires_at == desk.now + 3600
    assert "SENTINEL" not in repr(desk.events)


def test_fresh_tokens_serve_even_if_the_disk_refuses(desk, ann, refusing_disk) -> None:
    fresh = dataclasses.replace(ann.secret, access_token=Secret("at"))
    desk.roster.token_refreshed(ann.id, fresh)
    assert desk.pool.credential(ann.id).secret == fresh
    (line,) = desk.said(LogLine)
    assert line.level == "error"
    assert "Read-only file system" in line.text


def test_tokens_of_a_removed_credential_bring_nothing_back(desk, ann) -> None:
    desk.roster.remove(ann.id)
    desk.roster.token_refreshed(ann.id, ann.secret)
    desk.roster.project_found(ann.id, "other")
    assert (desk.labels(), desk.kept()) == ([], [])


def test_a_found_project_is_kept(desk, ann) -> None:
    desk.roster.project_found(ann.id, "found-later")
    assert [one.project for one in desk.kept()] == ["found-later"]


def test_a_found_tier_is_kept_and_is_the_limit_of_the_day(desk, ann) -> None:
    desk.roster.tier_found(ann.id, "g1-ultra-tier")
    assert [one.tier for one in desk.kept()] == ["g1-ultra-tier"]
    assert (desk.pool.view()[0].limit, desk.pool.view()[0].limit_source) == (2000, "tier")
    desk.roster.tier_found(ann.id, "free-tier")
    assert desk.pool.view()[0].limit == 1000


def test_a_switch_is_on_the_disk_and_does_not_touch_the_other_settings(desk, ann) -> None:
    edit(desk, ann.id, settings={"daily_limit": 9})
    desk.roster.rescan()
    desk.roster.switch(desk.pool.credential(ann.id), enabled=False)
    assert [one.settings for one in desk.kept()] == [CredentialSettings(enabled=False, daily_limit=9)]
    assert desk.pool.view()[0].state is CredentialState.DISABLED
    assert desk.said(CredentialChanged)[-1].change == "disabled by you"
    desk.roster.switch(desk.pool.credential(ann.id), enabled=True)
    assert desk.kept()[0].settings.enabled


def test_a_switch_that_the_disk_refuses_changes_nothing(desk, ann, refusing_disk) -> None:
    with pytest.raises(Problem, match="Read-only"):
        desk.roster.switch(ann, enabled=False)
    assert desk.pool.view()[0].state is CredentialState.READY
    assert not desk.said(CredentialChanged)


def test_removed_and_restored_with_its_count(desk, ann) -> None:
    lease = desk.pool.lease("m", ["code-assist"])
    desk.pool.succeeded(lease, Usage())
    desk.pool.release(lease)
    desk.roster.remove(ann.id)
    assert (desk.labels(), desk.kept(), len(list(desk.trash.iterdir()))) == ([], [], 1)
    assert desk.roster.restore(ann.id) == ann
    assert (desk.kept(), list(desk.trash.iterdir())) == ([ann], [])
    assert desk.pool.view()[0].used_today == 1
    desk.roster.rescan()
    assert len(desk.said(CredentialRemoved)) == 1


def test_what_the_disk_will_not_remove_stays_in_the_pool(desk, ann, refusing_disk) -> None:
    with pytest.raises(Problem, match="Read-only"):
        desk.roster.remove(ann.id)
    assert desk.labels() == ["ann@example.org"]


def fresh_sign_in(refresh_token: str = "rt-new", email: str = "ann@example.org"):
    return oauth_credential(OAuthTokens(Secret(refresh_token), "c", Secret("s"), Secret("at-new")), email)


def test_signing_in_again_revives_the_same_credential(desk, ann) -> None:
    desk.pool.mark(ann.id, UpstreamFault(FaultKind.NEEDS_LOGIN, "The refresh token is dead."))
    desk.roster.signed_in(fresh_sign_in())
    (view,) = desk.pool.view()
    assert (view.credential.id, view.credential.project) == (ann.id, "p")
    assert view.credential.secret.refresh_token == Secret("rt-new")
    assert view.state is CredentialState.READY
    assert [(one.id, one.secret.refresh_token) for one in desk.kept()] == [(ann.id, Secret("rt-new"))]
    assert desk.said(CredentialChanged)[-1].change == "signed in again"


def test_signing_in_another_account_adds_one(desk, ann) -> None:
    desk.roster.signed_in(fresh_sign_in(email="bob@example.org"))
    assert desk.labels() == ["ann@example.org", "bob@example.org"]


def test_a_key_with_the_accounts_name_is_not_overwritten_by_a_sign_in(desk) -> None:
    key = {"api_key": "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234", "label": "ann@example.org"}
    desk.roster.take(read_bytes(json.dumps(key).encode(), "k", CLIENT))
    desk.roster.signed_in(fresh_sign_in())
    assert sorted(one.kind for one in desk.kept()) == ["api-key", "oauth"]
