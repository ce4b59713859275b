"""The certificate's files: what is refused with which words, what is warned of, and a change of them while serving."""

import asyncio
import contextlib
import os
import ssl
from pathlib import Path

import certificates
import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.server_certificate import trusting
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.server.certificate import Certificate, _greeted, certificate_of


def refusal(chain: str, key: str, folder: Path = Path("/")) -> SettingsFault:
    with pytest.raises(SettingsFault) as refused:
        certificate_of(chain, key, folder)
    return refused.value


def test_neither_speaks_http_and_one_alone_is_refused(tmp_path: Path) -> None:
    assert certificate_of("", "", tmp_path) is None
    chain, key = certificates.make(tmp_path)
    assert (refusal(chain, "").key, refusal("", key).key) == ("tls_key", "tls_cert")
    assert "tls_key" in refusal(chain, "").sentence


def test_each_fault_of_the_files_names_the_file_and_the_way_out(tmp_path: Path) -> None:
    chain, key = certificates.make(tmp_path / "one")
    _, other = certificates.make(tmp_path / "other")
    _, sealed = certificates.make(tmp_path / "sealed", passphrase="secret-of-the-key")
    (tmp_path / "text").write_text("hello")
    (tmp_path / "torn").write_text(Path(chain).read_text()[:300] + "\n-----END CERTIFICATE-----\n")
    text, torn = str(tmp_path / "text"), str(tmp_path / "torn")
    for asked, name, words in (
        ((str(tmp_path / "none"), key), "tls_cert", "No such file"),
        ((chain, str(tmp_path)), "tls_key", "a folder"),
        ((text, key), "tls_cert", text),
        ((chain, text), "tls_key", text),
        ((torn, key), "tls_cert", torn),
        ((chain, other), "tls_key", "is not that of"),
        ((chain, sealed), "tls_key", "passphrase"),
        ((key, chain), "tls_cert", key),
    ):
        fault = refusal(*asked)
        assert fault.key == name and words in fault.sentence and fault.way_out, asked
        assert "secret-of-the-key" not in fault.sentence


def test_one_that_is_over_or_not_valid_yet_is_served_with_a_warning(tmp_path: Path) -> None:
    assert Certificate(*map(Path, certificates.make(tmp_path / "now"))).warning == ""
    over = Certificate(*map(Path, certificates.make(tmp_path / "over", begins=-9, ends=-1)))
    early = Certificate(*map(Path, certificates.make(tmp_path / "early", begins=2)))
    assert over.warning.key == "tls.expired" and early.warning.key == "tls.not_yet"
    for one in (over, early):
        trusted = trusting(one.text)
        assert trusted is not None and _greeted(one.context, trusted), "our own programs know it by itself"


def test_trust_is_in_this_one_alone(tmp_path: Path) -> None:
    one, other = (Certificate(*map(Path, certificates.make(tmp_path / name))) for name in ("one", "other"))
    trusted = trusting(other.text)
    assert trusted is not None and trusting("") is None
    with pytest.raises(ssl.SSLCertVerificationError):
        _greeted(one.context, trusted)


def test_nothing_below_tls_1_2(tmp_path: Path) -> None:
    served = Certificate(*map(Path, certificates.make(tmp_path)))
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        _greeted(served.context, old)


def test_a_relative_path_begins_in_the_folder_of_the_settings_and_a_tilde_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates.make(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert certificate_of("cert.pem", "~/key.pem", tmp_path) is not None


async def test_a_change_is_served_once_it_fits_and_the_old_one_until_then(tmp_path: Path) -> None:
    """Tools write the two files one after the other."""
    chain, key = map(Path, certificates.make(tmp_path))
    new_chain, new_key = map(Path, certificates.make(tmp_path / "new"))
    served, looks, told = Certificate(chain, key), asyncio.Queue[None](), asyncio.Queue[str]()
    first, renewed = served.text, list[str]()

    async def look(seconds: float) -> None:
        await looks.get()

    watching = asyncio.ensure_future(
        served.watch(Clock(sleep=look), told.put_nowait, lambda: renewed.append(served.text))
    )
    looks.put_nowait(None)
    os.replace(new_chain, chain)
    looks.put_nowait(None)
    said = await asyncio.wait_for(told.get(), 5)
    assert "is not that of" in said and served.text == first and renewed == []
    looks.put_nowait(None)
    os.replace(new_key, key)
    looks.put_nowait(None)
    assert "new connections" in await asyncio.wait_for(told.get(), 5)
    assert served.text != first and renewed == [served.text] and told.empty()
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
