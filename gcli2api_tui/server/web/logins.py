"""The sign-ins with Google that the page began, so that their page can be loaded again. Bounded; no secret is in them.

The address to open holds a state that is good for this sign-in alone.
"""

from collections import OrderedDict

from gcli2api_tui.control.ports import Login

MOST = 20


class Logins:
    """One for a server."""

    def __init__(self) -> None:
        self._begun: OrderedDict[str, Login] = OrderedDict()

    def keep(self, login: Login) -> None:
        self._begun[login.id] = login
        while len(self._begun) > MOST:
            self._begun.popitem(last=False)

    def find(self, login: str) -> Login | None:
        return self._begun.get(login)
