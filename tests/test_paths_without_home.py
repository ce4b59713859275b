"""No home folder is no crash: for users that /etc/passwd does not know, and for `~somebody` who does not exist."""

import os
import pwd
import re
from pathlib import Path

import pytest

import gcli2api_tui
from gcli2api_tui import paths
from gcli2api_tui.events.problems import StartFault

PACKAGE = Path(gcli2api_tui.__file__).parent


@pytest.fixture
def nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `docker run --user 54321` without HOME."""

    def unknown(_: object) -> object:
        raise KeyError("uid not found")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.usefixtures("nobody_knows")
def test_a_user_without_a_home_can_be_asked_about(tmp_path: Path) -> None:
    assert paths.home({}) == paths.expanded("~") == Path("~")
    assert paths.home({"HOME": str(tmp_path)}) == tmp_path


@pytest.mark.usefixtures("nobody_knows")
@pytest.mark.parametrize("environ", [{}, {"GCLI2API_HOME": "~/kept"}, {"XDG_CONFIG_HOME": "/tmp"}])
def test_a_start_without_a_home_is_refused_and_makes_no_folder_called_so(environ: dict[str, str]) -> None:
    with pytest.raises(StartFault) as refused:
        paths.find(None, environ)
    assert refused.value.sentence == "Nobody knows the home folder of ~. Choose another with --home."


@pytest.mark.usefixtures("nobody_knows")
def test_a_home_that_is_named_needs_no_other(tmp_path: Path) -> None:
    assert paths.find(None, {"GCLI2API_HOME": str(tmp_path)}).config == tmp_path
    both = {"XDG_CONFIG_HOME": str(tmp_path / "c"), "XDG_STATE_HOME": str(tmp_path / "s")}
    assert paths.find(None, both).state == tmp_path / "s" / "gcli2api-tui"


def test_the_home_of_nobody_stays_as_it_was_typed() -> None:
    assert paths.expanded("~no-such-user/key.json") == Path("~no-such-user/key.json")
    assert paths.expanded("~/key.json") == Path(os.environ["HOME"]) / "key.json"


def test_nobody_asks_in_a_way_that_raises() -> None:
    asks = re.compile(r"\bPath\.home\(|\.expanduser\(")
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        if path.name != "paths.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if asks.search(line)
    ]
    assert found == []
