"""What the doctor says of the certificate: by the server's own loader and door, for the people who set it up."""

import os
from pathlib import Path

import certificates
import pytest

from gcli2api_tui import paths
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.doctor.home import Home
from gcli2api_tui.doctor.report import Finding, Level
from gcli2api_tui.doctor.server import certificate


def pair(folder: Path, name: str = "127.0.0.1", *, mode: int = 0o600, begins: int = -1, ends: int = 30) -> Settings:
    chain, key = certificates.make(folder, name, begins=begins, ends=ends)
    Path(key).chmod(mode)
    return Settings(tls_cert=chain, tls_key=key)


def said(folder: Path, chosen: Settings) -> dict[str, Finding]:
    home = Home(paths.find(str(folder), {}), chosen)
    return {one.said.key: one for one in certificate(home, Clock())}


def allowing(folder: Path, name: str, allowed_hosts: str) -> dict[str, Finding]:
    chosen = pair(folder, name)
    return said(folder, Settings(tls_cert=chosen.tls_cert, tls_key=chosen.tls_key, allowed_hosts=allowed_hosts))


def test_http_needs_none(tmp_path: Path) -> None:
    assert said(tmp_path, Settings()) == {}


def test_one_that_serves_is_named_with_its_last_day(tmp_path: Path) -> None:
    (found,) = said(tmp_path, pair(tmp_path)).values()
    assert found.level is Level.OK and found.said.startswith("https with a certificate for 127.0.0.1, good until 2")


def test_what_the_server_would_refuse_is_said_in_its_words(tmp_path: Path) -> None:
    one, other = pair(tmp_path / "one"), pair(tmp_path / "other")
    (found,) = said(tmp_path, Settings(tls_cert=one.tls_cert, tls_key=other.tls_key)).values()
    assert (found.level, found.said.key, found.way_out.key) == (Level.BAD, "tls.other_key", "tls.same_pair")
    (found,) = said(tmp_path, Settings(tls_cert=one.tls_cert)).values()
    assert (found.level, found.said.key) == (Level.BAD, "tls.both")


@pytest.mark.parametrize(
    ("begins", "ends", "key", "level"),
    [
        (-90, -1, "tls.expired", Level.BAD),
        (2, 90, "tls.not_yet", Level.BAD),
        (-80, 10, "doctor.certificate_ends", Level.WARN),
        (-1, 5, "doctor.certificate", Level.OK),
        (-5, 1, "doctor.certificate_ends", Level.WARN),
    ],
)
def test_one_that_is_over_or_soon_is_told_by_the_length_of_its_life(
    tmp_path: Path, begins: int, ends: int, key: str, level: Level
) -> None:
    found = said(tmp_path, pair(tmp_path, begins=begins, ends=ends))
    assert (list(found), found[key].level) == ([key], level)


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
@pytest.mark.parametrize(("mode", "open_to_others"), [(0o600, False), (0o640, False), (0o644, True), (0o660, True)])
def test_a_key_that_others_may_read_is_wrong_and_stays_as_it_is(
    tmp_path: Path, mode: int, open_to_others: bool
) -> None:
    chosen = pair(tmp_path, mode=mode)
    found = said(tmp_path, chosen)
    assert ("doctor.key_open" in found) is open_to_others
    assert Path(chosen.tls_key).stat().st_mode & 0o777 == mode


@pytest.mark.parametrize(
    ("name", "allowed_hosts", "odd"),
    [
        ("example.org", "example.org", {}),
        ("example.org", "*", {}),
        ("*.example.org", "a.example.org", {}),
        ("*.example.org", "*.example.org", {}),
        ("a.example.org", "*.example.org", {}),
        ("127.0.0.1", "", {}),
        ("::1", "[0:0::1]", {}),
        ("example.org", "", {"doctor.certificate_unserved": "example.org"}),
        ("example.org", "example.org, other.org", {"doctor.uncovered": "other.org"}),
        (
            "*.example.org",
            "a.b.example.org",
            {"doctor.certificate_unserved": "*.example.org", "doctor.uncovered": "a.b.example.org"},
        ),
    ],
)
def test_a_name_that_only_one_side_knows_is_told(
    tmp_path: Path, name: str, allowed_hosts: str, odd: dict[str, str]
) -> None:
    found = allowing(tmp_path, name, allowed_hosts)
    assert {key: one.said.values["names"] for key, one in found.items() if one.level is not Level.OK} == odd
