"""What would be in state.db of client keys, in memory: `saved` is what the next start finds after a flush."""

from collections import Counter
from concurrent.futures import Future

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse


class KeptKeys:
    """A ClientKeyStore. `disk` None answers a flush at once; else it is the future that every flush waits for."""

    def __init__(self) -> None:
        self.keys: dict[str, ClientKey] = {}
        self.uses: list[ClientUse] = []
        self.seconds: list[ClientSecond] = []
        self.flushes = 0
        self.disk: Future[None] | None = None

    def put_client_key(self, key: ClientKey) -> None:
        self.keys[key.digest] = key

    def add_client_use(self, use: ClientUse) -> None:
        self.uses.append(use)

    def add_client_second(self, second: ClientSecond) -> None:
        self.seconds.append(second)

    def flush(self) -> "Future[None]":
        self.flushes += 1
        if self.disk is not None:
            return self.disk
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def sums(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(requests, tokens) by name and day, as the file would have them."""
        requests: Counter[tuple[str, str]] = Counter()
        tokens: Counter[tuple[str, str]] = Counter()
        for use in self.uses:
            requests[use.name, use.day] += use.requests
            tokens[use.name, use.day] += use.tokens
        return {key: (requests[key], tokens[key]) for key in requests}
