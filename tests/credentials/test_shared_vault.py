"""Two homes with one table of credentials, and files of their own beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials import vault_format
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind, OAuthClient, OAuthTokens
from gcli2api_tui.credentials.import_reader import Found
from gcli2api_tui.credentials.new_credentials import oauth_credential
from gcli2api_tui.credentials.oauth_client_file import ClientFile, decoded
from gcli2api_tui.credentials.shared_vault import SharedFile, SharedVault
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted

NOBODY = OAuthClient("", Secret(""))


class Table:
    """In memory; `away` as an engine is."""

    def __init__(self) -> None:
        self.rows: dict[CredentialId, SharedFile] = {}
        self.away = False
        self.keys: dict[str, bytes] = {}

    def keep_key(self, name: str, content: bytes) -> None:
        self.keys[name] = content

    def since(self, version: int) -> list[SharedFile]:
        if self.away:
            raise Problem(quoted("away"))
        return sorted((row for row in self.rows.values() if row.version > version), key=lambda row: row.version)

    def put(self, identity: CredentialId, content: bytes, removed_at: float | None = None) -> int:
        version = max((row.version for row in self.rows.values()), default=0) + 1
        self.rows[identity] = SharedFile(identity, version, content, removed_at)
        return version

    @contextmanager
    def changing(self) -> Iterator["Table"]:
        self.since(0)
        yield self


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def homes(tmp_path: Path, table: Table) -> tuple[SharedVault, SharedVault]:
    made = [SharedVault(tmp_path / n / "c", tmp_path / n / "t", Clock(), NOBODY, table) for n in ("a", "b")]
    for vault in made:
        vault.load()
    return made[0], made[1]


def signed_in(name: str) -> Credential:
    tokens = OAuthTokens(Secret(f"1//{name}"), "client", Secret("s"))
    return oauth_credential(tokens, f"{name}@example.com")


def key(number: int) -> Credential:
    secret = ApiKey(Secret(f"AIza-{number:035}"))
    return Credential(CredentialId(f"{number:032x}"), Kind.API_KEY, f"key {number}", secret, created_at=1.0)


def test_what_one_home_imports_the_other_has_and_nobody_has_it_twice(homes: tuple[SharedVault, SharedVault]) -> None:
    a, b = homes
    (added,) = a.add((key(1),)).added
    assert b.rescan().added == (added,) and b.rescan().added == ()
    assert b.add((replace(key(1), id=CredentialId("f" * 32)),)).duplicates == ("key 1",)
    assert a.rescan().added == () == a.rescan().changed


def test_what_was_last_known_serves_until_the_table_answers_and_then_counts_for_nothing(
    tmp_path: Path, table: Table, homes: tuple[SharedVault, SharedVault]
) -> None:
    a, _ = homes
    kept, removed = a.add((key(1), key(2))).added
    known = table.since(0)
    kept = a.update(replace(kept, label="renamed"))
    a.remove(removed.id)
    (came,) = a.add((key(3),)).added
    table.away = True
    late = SharedVault(tmp_path / "l" / "c", tmp_path / "l" / "t", Clock(), NOBODY, table, known=known)
    credentials, refused = late.load()
    assert [one.label for one in credentials] == ["key 1", "key 2"] and refused == ()
    assert late.rescan().trouble and late.rescan().removed == ()
    table.away = False
    changes = late.rescan()
    assert (changes.added, changes.changed, changes.removed) == ((came,), (kept,), (removed.id,))
    assert [one.credential.label for one in late.removed()] == ["key 2"] and not late.rescan()


def test_a_sign_in_for_one_home_is_a_file_of_it_unless_the_table_has_the_account(
    table: Table, homes: tuple[SharedVault, SharedVault]
) -> None:
    a, b = homes
    (own,) = a.sign_in(signed_in("ada"), local=True).added
    assert table.rows == {} and b.rescan().added == () and a.file_of(own.id)
    (shared,) = b.sign_in(signed_in("bob")).added
    assert a.sign_in(signed_in("bob"), local=True).renewed[0].id == shared.id


def test_what_both_change_is_joined_field_by_field(homes: tuple[SharedVault, SharedVault]) -> None:
    a, b = homes
    (added,) = a.add((key(1),)).added
    b.rescan()
    a.update(replace(added, label="renamed"))
    b.update(replace(added, settings=replace(added.settings, enabled=False)))
    (seen,) = a.rescan().changed
    assert (seen.label, seen.settings.enabled) == ("renamed", False)
    assert b.load()[0] == (seen,)


def test_a_removal_reaches_the_other_home_which_can_undo_it(homes: tuple[SharedVault, SharedVault]) -> None:
    a, b = homes
    (added,) = a.add((key(1),)).added
    b.rescan()
    a.remove(added.id)
    assert b.rescan().removed == (added.id,)
    assert [one.credential for one in b.removed()] == [added]
    assert b.restore(added.id) == added and a.rescan().added == (added,)
    with pytest.raises(Problem):
        a.remove(CredentialId("0" * 32))


def test_a_homes_own_files_stay_its_own(homes: tuple[SharedVault, SharedVault], table: Table, tmp_path: Path) -> None:
    a, b = homes
    Vault(tmp_path / "a" / "c", tmp_path / "a" / "t", Clock(), NOBODY).add((key(7),))
    (own,) = a.rescan().added
    a.update(replace(own, label="mine"))
    assert a.file_of(own.id) and not table.rows and b.rescan().added == ()
    a.remove(own.id)
    assert a.restore(own.id).label == "mine"


@pytest.fixture
def beside(tmp_path: Path, table: Table) -> SharedVault:
    """As `creds import --local` opens that of home a."""
    return SharedVault(tmp_path / "a" / "c", tmp_path / "a" / "t", Clock(), NOBODY, table, local=True)


def test_what_is_added_locally_is_for_one_home_and_none_that_all_have(
    homes: tuple[SharedVault, SharedVault], table: Table, beside: SharedVault
) -> None:
    a, b = homes
    b.add((key(1),))
    result = beside.add((replace(key(1), id=CredentialId("f" * 32)), key(2)))
    assert ([one.label for one in result.added], result.duplicates) == (["key 2"], ("key 1",))
    assert [one.label for one in a.rescan().added] == ["key 2", "key 1"]
    assert b.rescan().added == () and len(table.rows) == 1


def test_what_is_added_locally_needs_no_table(table: Table, beside: SharedVault) -> None:
    table.away = True
    assert len(beside.add((key(2),)).added) == 1


def test_an_oauth_client_is_for_all_unless_it_came_locally(
    homes: tuple[SharedVault, SharedVault], table: Table, beside: SharedVault, tmp_path: Path
) -> None:
    mine = OAuthClient("mine.apps", Secret("s"))
    homes[0].take(Found(clients=(mine,)))
    assert decoded(table.keys.pop("oauth_client"), "x") == mine
    beside.take(Found(clients=(mine,)))
    assert table.keys == {} and ClientFile(tmp_path / "a" / "c").read() == mine


def test_a_table_that_is_away_takes_nobody_out_and_refuses_changes(
    homes: tuple[SharedVault, SharedVault], table: Table
) -> None:
    a, _ = homes
    (added,) = a.add((key(1),)).added
    table.away = True
    changes = a.rescan()
    assert (changes.removed, changes.trouble) == ((), "away")
    for change in (lambda: a.add((key(2),)), lambda: a.remove(added.id), lambda: a.update(replace(added, label="x"))):
        with pytest.raises(Problem, match="away"):
            change()
    table.away = False
    assert a.rescan().trouble == "" and [one.id for one in a.load()[0]] == [added.id]


def test_one_that_no_key_opens_or_that_stands_under_anothers_id_is_told_and_costs_no_other(
    homes: tuple[SharedVault, SharedVault], table: Table
) -> None:
    a, b = homes
    a.add((key(1),))
    table.rows[key(2).id] = SharedFile(key(2).id, 90, None)
    table.rows[key(3).id] = SharedFile(key(3).id, 91, vault_format.encode(key(1)))
    changes = b.rescan()
    assert [one.label for one in changes.added] == ["key 1"] and len(changes.refused) == 2
    assert b.rescan().refused == ()
