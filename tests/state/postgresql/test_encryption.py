"""Secrets in a shared database: sealed by the first key, opened by any, and nothing of a key is shown."""

import base64
from pathlib import Path

import pytest

pytest.importorskip("cryptography", reason="cryptography is an extra")

from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.state.postgresql.encryption import Seal, new_key, seal_of

OLD, NEW = new_key(), new_key()


def test_a_new_key_takes_over_while_the_old_one_still_opens() -> None:
    sealed = Seal(Secret(OLD)).sealed(b"token")
    assert b"token" not in sealed
    both = Seal(Secret(f"{NEW}, {OLD}"))
    assert both.opened(sealed) == b"token" and Seal(Secret(NEW)).opened(sealed) is None
    anew = both.anew(sealed)
    assert anew is not None and Seal(Secret(NEW)).opened(anew) == b"token" and Seal(Secret(OLD)).opened(anew) is None


@pytest.mark.parametrize("write", [base64.b64encode, base64.urlsafe_b64encode, lambda raw: base64.b64encode(raw)[:-1]])
def test_either_alphabet_is_one_key(write) -> None:
    raw = b"\xfb\xff" * 16
    assert Seal(Secret(write(raw).decode())).opened(Seal(Secret(base64.b64encode(raw).decode())).sealed(b"x")) == b"x"


@pytest.mark.parametrize("text", ["hidden", "hiddenhidden" * 8, "hidden!", "é"])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(SettingsFault) as refused:
        Seal(Secret(text))
    assert text not in refused.value.sentence


def test_a_file_may_hold_them_and_none_at_all_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "seal"
    file.write_text(f"{NEW}\n{OLD}\n")
    assert seal_of(Secret(""), str(file)).opened(Seal(Secret(OLD)).sealed(b"x")) == b"x"
    for key_file in (str(tmp_path / "absent"), ""):
        with pytest.raises(SettingsFault):
            seal_of(Secret(""), key_file)
