"""No name shows a secret, wherever it comes from; what people write stays."""

import dataclasses
import importlib.util
import json

import pytest

from gcli2api_tui.credentials import credential, vault_format
from gcli2api_tui.credentials.cli_arguments import changed
from gcli2api_tui.credentials.credential import LONGEST_NAME, proxy_objection, shown_name, shown_proxy
from gcli2api_tui.credentials.file_fields import Entry
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.credentials.vault_format import slug
from gcli2api_tui.events.problems import ImportRefused

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
    content = json.loads(vault_format.encode(credential)) | {
        "label": STUDIO,
        "project": STUDIO,
        "source": f"{STUDIO}.json",
    }
    read = vault_format.decode(Entry("f.json", content))
    for name in (read.label, read.project, read.source, vault_format.file_name(read)):
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


KEPT = {"v": 1, "id": "0" * 32, "kind": "api-key", "label": "a", "secret": {"key": "AIzaTest"}}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:3128", "https://user:p%40ss@proxy.example:8443/", "http://[::1]:8080", "http://proxy"]
)
def test_a_proxy_is_a_scheme_a_host_and_maybe_a_port(url: str) -> None:
    assert proxy_objection(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("127.0.0.1:3128", "http://"),
        ("ftp://proxy", "http://"),
        ("http://", "address and a port"),
        ("http://proxy/path", "address and a port"),
        ("http://proxy?x=1", "address and a port"),
        ("http://proxy:0", "address and a port"),
        ("http://proxy:port", "not a URL"),
        ("http://proxy:99999", "not a URL"),
        ("http://[::1", "not a URL"),
    ],
)
def test_what_is_none_is_refused_with_the_field_and_without_a_password(url: str, why: str) -> None:
    assert why in proxy_objection(url)
    planted = url.replace("proxy", "user:planted@proxy")
    with pytest.raises(ImportRefused) as caught:
        vault_format.decode(Entry("a.json", {**KEPT, "settings": {"proxy": planted}}))
    assert caught.value.field == "settings.proxy"
    assert "planted" not in caught.value.sentence


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks_is_taken_where_its_package_is(monkeypatch, scheme: str) -> None:
    monkeypatch.setattr(credential, "find_spec", lambda name: None)
    assert "socksio" in proxy_objection(f"{scheme}://127.0.0.1:1080")
    monkeypatch.setattr(credential, "find_spec", lambda name: importlib.util.find_spec("json"))
    assert proxy_objection(f"{scheme}://127.0.0.1:1080") == ""


def test_who_signs_in_there_is_in_the_file_and_nowhere_else() -> None:
    url = "http://user:planted@proxy.example:3128"
    read = vault_format.decode(Entry("a.json", {**KEPT, "settings": {"proxy": url}}))
    assert json.loads(vault_format.encode(read))["settings"]["proxy"] == url
    assert shown_proxy(url) == "http://proxy.example:3128"
    assert shown_proxy("") == ""
    assert "planted" not in repr(read)
