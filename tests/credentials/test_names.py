"""No name shows a secret, wherever it comes from; what people write stays."""

import dataclasses
import json

import pytest

from gcli2api_tui.credentials import vault_file
from gcli2api_tui.credentials.changes import changed
from gcli2api_tui.credentials.credential import LONGEST_NAME, shown_name, slug
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.credentials.json_entry import Entry

STUDIO = "AQ.Ab8RN6fake-key-of-studio_0001"
OLD = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
SECRETS = [
    STUDIO,
    OLD,
    "sk-proj-FAKEfake0001abcd",
    "ya29.FAKEfake0001",
    "1//0FAKEfake0001",
    "AbCdEfGhIjKlMnOpQrStUvWxYz012345",
]
ZERO_WIDTH = "\u200b"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", ["{}", "old key {}", "({})", "{0}{0}", "a\n{}", "mail+{}@example.com"])
def test_secrets_are_hidden_wherever_they_stand(secret: str, form: str) -> None:
    label = form.format(secret)
    assert secret[6:] not in shown_name(label)
    assert secret[6:].lower() not in slug(label).replace("-", "")
    assert secret[6:] not in shown_name(ZERO_WIDTH.join(label))


@pytest.mark.parametrize(
    "label",
    ["u@example.com", "安的钥匙", "work · my-project-123456", "key …1234", "task-list-with-a-long-name", "Sketch sk-1",
     "My-Own-Project-2026-Backup_of_credentials.json", "a@p-1.iam.gserviceaccount.com"],
)  # fmt: skip
def test_what_people_write_stays(label: str) -> None:
    assert shown_name(label) == label


@pytest.fixture
def one(client):
    return lambda **more: read_bytes(json.dumps({"api_key": OLD, **more}).encode(), "f.json", client).credentials[0]


@pytest.mark.parametrize("field", ["label", "name", "email"])
def test_a_label_of_json(one, field: str) -> None:
    assert one(**{field: f"old {STUDIO}"}).label == "old …"
    assert one(**{field: STUDIO}).label == "key …1234"


def test_a_change_by_a_person_and_a_file_changed_by_hand(one) -> None:
    credential = one(label="mine")
    assert changed(credential, [f"label=my {STUDIO}"], ()).label == "my …"
    content = json.loads(vault_file.encode(credential)) | {
        "label": STUDIO,
        "project": STUDIO,
        "source": f"{STUDIO}.json",
    }
    read = vault_file.decode(Entry("f.json", content))
    for name in (read.label, read.project, read.source, vault_file.file_name(read)):
        assert STUDIO[6:] not in name


def test_no_copy_of_a_credential_shows_one(one) -> None:
    assert dataclasses.replace(one(), label=f"x {OLD}").label == "x …"
    assert dataclasses.replace(one(), label=ZERO_WIDTH).label == "api-key"


@pytest.mark.parametrize(
    "word",
    [
        "abcdefghijklmnopqrstuvwxyzabcdefghij",
        "abcdefghij0123456789abcdefghij0123",
        "ABCDEFGHIJ0123456789ABCDEFGHIJ0123",
    ],
)
def test_a_long_word_of_a_person_stays(word: str) -> None:
    """Small letters, alone or with digits, as in a project's id; capitals with digits."""
    assert shown_name(word) == word[:LONGEST_NAME]
