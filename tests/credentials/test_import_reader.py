"""Files, folders and ZIPs: within bounds, and a bad one never loses the good ones."""

import io
import json
import os
import stat
import tracemalloc
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcli2api_tui.credentials import import_reader
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.import_reader import read_bytes, read_path
from gcli2api_tui.events.secret import Secret

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
OWN = OAuthClient("default-client", Secret("default-pair"))


def sign_in(name: str) -> str:
    return json.dumps({"refresh_token": f"rt-{name}", "email": f"{name}@example.org"})


def packed(entries: dict[str, str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(found) -> str:
    assert not found.credentials
    (refused,) = found.refused
    return refused.sentence


def test_a_file_by_its_path(tmp_path, client) -> None:
    (tmp_path / "ann.json").write_text(sign_in("ann"))
    (credential,) = read_path(tmp_path / "ann.json", client).credentials
    assert (credential.label, credential.source) == ("ann@example.org", "ann.json")


def test_a_folder_gives_its_files_and_leaves_the_rest(tmp_path, client) -> None:
    (tmp_path / "a.json").write_text(sign_in("a"))
    (tmp_path / "B.JSON").write_text(sign_in("b"))
    (tmp_path / "keys.txt").write_text(KEY)
    (tmp_path / "more.zip").write_bytes(packed({"c.json": sign_in("c")}))
    (tmp_path / "notes.md").write_text(sign_in("no"))
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "d.json").write_text(sign_in("no"))
    (tmp_path / "torn.json").write_text("{")
    found = read_path(tmp_path, client)
    labels = sorted(credential.label for credential in found.credentials)
    assert labels == ["a@example.org", "b@example.org", "c@example.org", "key …1234"]
    assert [refused.file for refused in found.refused] == ["torn.json"]


def test_a_folder_without_files_for_us_says_so(tmp_path, client) -> None:
    assert "holds 0" in refusal(read_path(tmp_path, client))


def test_a_large_zip_in_a_folder_is_taken_however_its_ending_is_written(tmp_path, client) -> None:
    padding = {f"{number}.bin": "x" * 400_000 for number in range(4)}
    (tmp_path / "POOL.ZIP").write_bytes(packed({"a.json": sign_in("a"), **padding}, zipfile.ZIP_STORED))
    assert len(read_path(tmp_path, client).credentials) == 1


@pytest.mark.parametrize("name", ["absent.json", "x" * 300, "nul\0byte", "f/below-a-file.json"])
def test_what_cannot_be_opened_is_a_refusal(tmp_path, client, name: str) -> None:
    (tmp_path / "f").write_text("")
    assert "cannot be read" in refusal(read_path(tmp_path / name, client))


def test_what_cannot_be_read_does_not_lose_the_others(tmp_path, client) -> None:
    (tmp_path / "a.json").write_text(sign_in("a"))
    (tmp_path / "b.json").mkdir()  # opening it fails for every user, root too
    found = read_path(tmp_path, client)
    assert ([one.label for one in found.credentials], len(found.refused)) == (["a@example.org"], 1)


def test_a_folder_that_may_not_be_listed_is_a_refusal(tmp_path, client, monkeypatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", denied)
    assert "Permission denied" in refusal(read_path(tmp_path, client))


def test_a_file_larger_than_the_bound_is_not_read_whole(tmp_path, client) -> None:
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(import_reader.LARGEST_IN_ALL + 1)
    assert "larger than 20 MB" in refusal(read_path(tmp_path / "huge.json", client))
    (tmp_path / "huge.json").write_bytes(b" " * (import_reader.LARGEST + 1))
    assert "larger than 1 MB" in refusal(read_path(tmp_path, client))


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_by_its_content_not_by_its_name(client, how: int) -> None:
    entries = {"in/a.json": sign_in("a"), "__MACOSX/._a.json": "junk", "readme.md": "hello", "keys.TXT": KEY}
    found = read_bytes(packed(entries, how), "no-ending", client)
    assert [credential.label for credential in found.credentials] == ["a@example.org", "key …1234"]
    assert not found.refused


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_packing_is_refused_by_name(client, how: int) -> None:
    assert "packed in a way" in refusal(read_bytes(packed({"a.json": sign_in("a")}, how), "p.zip", client))


def test_too_many_entries_and_none_for_us(client) -> None:
    crowd = packed({f"{number}.txt": "" for number in range(import_reader.MOST + 1)})
    assert "more than 1000" in refusal(read_bytes(crowd, "p.zip", client))
    assert "no .json, .txt or .env" in refusal(read_bytes(packed({"a.md": ""}), "p.zip", client))


def test_the_sum_of_what_is_unpacked_is_bounded(client) -> None:
    blanks = {f"{number:02}.json": " " * 999_999 for number in range(25)}
    found = read_bytes(packed({**blanks, "zz.json": sign_in("late")}), "p.zip", client)
    assert sum("more than 20 MB" in refused.message for refused in found.refused) == 6


def test_an_encrypted_entry_is_refused(client) -> None:
    data = bytearray(packed({"a.json": sign_in("a")}))
    data[6] |= 1  # the flag in the local header …
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # … and in the directory
    assert "encrypted" in refusal(read_bytes(bytes(data), "p.zip", client))


def test_an_entry_without_a_name_is_passed_over(client) -> None:
    data = packed({"a.json": sign_in("a")}).replace(b"a.json", b"\0.json")
    assert "no .json, .txt or .env" in refusal(read_bytes(data, "p.zip", client))


SOUND = packed({"a.json": sign_in("a"), "b.json": sign_in("b")})


@given(st.lists(st.tuples(st.integers(4, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=4))
@example([(220, 0)])
def test_no_damage_to_a_zip_gets_past_as_an_error(damage) -> None:
    data = bytearray(SOUND)
    for place, value in damage:
        data[place] = value
    found = read_bytes(bytes(data), "p.zip", OWN)
    assert found.credentials or found.refused


@given(st.integers(4, len(SOUND) - 1))
def test_no_cut_zip_gets_past_as_an_error(length: int) -> None:
    assert read_bytes(SOUND[:length], "p.zip", OWN).refused


@pytest.mark.slow
def test_a_large_zip_costs_the_memory_of_one_entry(client) -> None:
    """A refusal that is kept must not keep the frames that raised it, and with them the entry's content."""
    data = packed({f"{number:03}.json": "[" + " " * 999_990 for number in range(300)})
    tracemalloc.start()
    found = read_bytes(data, "p.zip", client)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.refused) == 300
    assert peak < 12_000_000


def test_more_credentials_than_an_import_may_bring_are_left_out_aloud(client, tmp_path) -> None:
    lines = "\n".join(f"AIzaSyFAKEFAKEFAKEFAKE{number:04}" for number in range(900))
    entries = {f"{number}.txt": lines for number in range(30)}
    for found in (read_bytes(packed(entries), "p.zip", client), _folder_of(entries, tmp_path, client)):
        assert len(found.credentials) == 1800
        assert [one.message.partition(";")[0] for one in found.refused] == [
            "There are more than 1000 credentials in it"
        ]


def _folder_of(entries, folder, client):
    for name, content in entries.items():
        (folder / name).write_text(content)
    return read_path(folder, client)


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFLNK, stat.S_IFCHR])
def test_an_entry_that_is_no_file_is_refused(client, kind: int) -> None:
    odd = zipfile.ZipInfo("odd.json")
    odd.external_attr = (kind | 0o600) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(odd, sign_in("odd"))
        archive.writestr("a.json", sign_in("a"))
    found = read_bytes(buffer.getvalue(), "p.zip", client)
    assert [one.label for one in found.credentials] == ["a@example.org"]
    assert "not a file" in found.refused[0].sentence


def test_a_pipe_holds_up_neither_a_path_nor_a_folder(client, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "a.json").write_text(sign_in("a"))
    assert "it is a pipe" in refusal(read_path(tmp_path / "pipe.json", client))
    found = read_path(tmp_path, client)
    assert (len(found.credentials), [one.file for one in found.refused]) == (1, ["pipe.json"])


@pytest.mark.parametrize("name", [".env", "settings.env", "KEYS.ENV"])
def test_an_env_file_in_a_folder_and_in_a_zip(client, tmp_path, name: str) -> None:
    (tmp_path / name).write_text(f"GEMINI_API_KEY={KEY}")
    (tmp_path / ".hidden.json").write_text(sign_in("hidden"))
    assert [one.label for one in read_path(tmp_path, client).credentials] == ["GEMINI_API_KEY"]
    assert len(read_bytes(packed({f"in/{name}": KEY}), "p.zip", client).credentials) == 1
