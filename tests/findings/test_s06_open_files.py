"""S6: refresh tokens and passwords in a database that everybody may read."""

import os
import stat
import sys

import pytest
from finding_server import CHAT, CLIENT, Served


@pytest.mark.skipif(sys.platform == "win32", reason="there files belong to the user by their folder's list")
def test_nothing_in_the_home_is_for_others_and_the_database_holds_no_secret(served: Served) -> None:
    assert served.ask("/v1/chat/completions", CHAT, key=CLIENT).status == 200
    for path in (served.home, *served.home.rglob("*")):
        mode = path.stat().st_mode
        assert not stat.S_IMODE(mode) & 0o077, (path, oct(mode))
        assert mode and path.stat().st_uid == os.getuid()
    database = b"".join(path.read_bytes() for path in served.home.glob("**/state.db*"))
    assert database and b"AIza" not in database and CLIENT.encode() not in database
