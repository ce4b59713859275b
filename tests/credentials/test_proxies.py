"""A credential's outbound proxy: what is taken, what is refused in words, and what is never shown."""

import importlib.util
import json

import pytest

from gcli2api_tui.credentials import credential, vault_file
from gcli2api_tui.credentials.credential import proxy_objection, shown_proxy
from gcli2api_tui.credentials.json_entry import Entry
from gcli2api_tui.events.problems import ImportRefused

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
        vault_file.decode(Entry("a.json", {**KEPT, "settings": {"proxy": planted}}))
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
    read = vault_file.decode(Entry("a.json", {**KEPT, "settings": {"proxy": url}}))
    assert json.loads(vault_file.encode(read))["settings"]["proxy"] == url
    assert shown_proxy(url) == "http://proxy.example:3128"
    assert shown_proxy("") == ""
    assert "planted" not in repr(read)
