"""A variable that leads to no certificates is named, in one sentence with the way out; nothing else breaks by it."""

import os
import ssl
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import certifi
import programs
import pytest

from gcli2api_tui.events.problems import ClientFault, StartFault
from gcli2api_tui.upstream import oauth_sign_in
from gcli2api_tui.upstream.certificate_authorities import how_many, place_for_requests, trusted_authorities
from gcli2api_tui.upstream.image_fetcher import ImageFetcher

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def none_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["missing", "folder", "pipe", "text", "empty", "no PEM", "no Unicode"])
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    contents = {
        "text": "hello\n",
        "empty": "",
        "no PEM": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    }
    place = tmp_path / ("\udcff" if request.param == "no Unicode" else "place")
    if request.param in contents:
        place.write_text(contents[request.param])
    elif request.param == "folder":
        place.mkdir()
    elif request.param == "pipe":
        if sys.platform == "win32":
            pytest.skip("no pipes with names")
        os.mkfifo(place)
    return str(place)


@pytest.fixture
def hashed(tmp_path: Path) -> str:
    """As `openssl rehash` leaves it, beside a folder that is not there."""
    (tmp_path / "4a6481c9.0").write_text(Path(certifi.where()).read_text())
    return f"{tmp_path / 'gone'}:{tmp_path}"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_what_leads_to_no_certificates_is_named(name: str, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, broken)
    for ask in (trusted_authorities, how_many, place_for_requests):
        with pytest.raises(StartFault, match=f"^{name} names ") as caught:
            ask()
        assert caught.value.exit_code == 2 and f"Unset {name}, or put the file there." in caught.value.sentence
        assert caught.value.sentence.encode() and "_ssl.c" not in caught.value.sentence
    if not Path(broken).is_fifo():  # where OpenSSL itself would wait
        assert trusted_authorities(loopback_only=True)  # the demo asks nobody else


def test_a_log_of_keys_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "gone" / "keys"))
    for loopback_only in (False, True):
        with pytest.raises(StartFault, match="SSLKEYLOGFILE names ") as caught:
            trusted_authorities(loopback_only=loopback_only)
        assert caught.value.way_out.startswith("Unset SSLKEYLOGFILE")


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
def test_a_log_of_keys_is_no_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "keys")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with pytest.raises(StartFault, match="SSLKEYLOGFILE names "):
        trusted_authorities()


def test_a_folder_of_certificates_is_one(hashed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", hashed)
    assert trusted_authorities().verify_mode is ssl.CERT_REQUIRED and how_many() == 1


def test_a_file_is_asked_before_a_folder_as_httpx_does(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    monkeypatch.setenv("SSL_CERT_DIR", broken)
    assert how_many() > 100


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_sign_in_names_the_variables_of_requests(name: str, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, broken)
    assert trusted_authorities()
    with pytest.raises(StartFault, match=f"^{name} names "):
        signed_in()


def test_a_sign_in_trusts_whom_everything_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert signed_in() is True
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    assert signed_in() == certifi.where()


def signed_in() -> Any:
    """What `requests` was told to verify with."""
    flow = SimpleNamespace(oauth2session=SimpleNamespace(verify=None), fetch_token=lambda **given: {})
    oauth_sign_in._fetch(flow, "code", "https://oauth2.googleapis.com/token")
    return flow.oauth2session.verify


async def test_an_image_is_refused_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with pytest.raises(ClientFault, match="SSL_CERT_FILE") as caught:
        await ImageFetcher().fetch("https://pictures.example/a.png", "messages[0]")
    assert caught.value.param == "messages[0]"


def test_a_start_ends_with_one_line(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")
    ended = programs.command("serve", "--port", "0", GCLI2API_HOME=str(tmp_path), SSL_CERT_FILE=absent)
    assert ended.returncode == 2
    assert [line for line in ended.stderr.splitlines() if line.startswith("gcli2api-tui: ")] == [
        f"gcli2api-tui: SSL_CERT_FILE names {absent}, where no certificates can be read: No such file or directory. "
        "Unset SSL_CERT_FILE, or put the file there."
    ]
    assert "Traceback" not in ended.stderr
