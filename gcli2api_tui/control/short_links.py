"""Short links for a phone's camera: `/a/<code>` leads to Google's page once, while its sign-in waits.

In: a sign-in and the address of its page. Out: a path; later the address, or a ClientFault that says why not. A code
cannot be guessed, and their number is bounded.
"""

import secrets
from collections.abc import Callable
from dataclasses import field

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

PATH = "/a/"

READABLE = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that looks like something else: a code may be typed."""

LENGTH = 13
"""Signs, of nearly 5 bits each: 64 bits."""
KEPT_LINKS = 20


@dataclass(slots=True)
class _Link:
    login: str
    url: str
    used: bool = False


@dataclass(slots=True)
class ShortLinks:
    """One for each runtime. `waits` tells whether a sign-in still does."""

    waits: Callable[[str], bool]
    _links: dict[str, _Link] = field(default_factory=dict)

    def add(self, login: str, url: str) -> str:
        """The path that leads to `url`."""
        code = "".join(secrets.choice(READABLE) for _ in range(LENGTH))
        self._links[code] = _Link(login, url)
        while len(self._links) > KEPT_LINKS:
            del self._links[next(iter(self._links))]
        return PATH + code

    def take(self, path: str, login: str, url: str, *, used: bool) -> None:
        """One that another instance gave out."""
        code = path.removeprefix(PATH)
        known = self._links.get(code)
        self._links[code] = _Link(login, url, used or (known is not None and known.used))

    def login_of(self, code: str) -> str:
        known = self._links.get(code.lower())
        return known.login if known else ""

    def used(self, path: str) -> bool:
        known = self._links.get(path.removeprefix(PATH))
        return known is not None and known.used

    def follow(self, code: str) -> tuple[str, str]:
        """(sign-in, where its link leads), this once. Raises ClientFault."""
        link = self._good(code)
        link.used = True
        return link.login, link.url

    def check(self, code: str) -> None:
        """Whether it would lead somewhere; it stays unused. Raises ClientFault where not."""
        self._good(code)

    def _good(self, code: str) -> _Link:
        link = self._links.get(code.lower())
        if link is None:
            raise ClientFault(say("link.unknown"), status=404, way_out=say("link.new"))
        if link.used:
            raise ClientFault(say("link.used"), status=410, way_out=say("link.new"))
        if not self.waits(link.login):
            raise ClientFault(say("link.over"), status=410, way_out=say("link.new"))
        return link
