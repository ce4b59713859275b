"""The client keys of a server: who sends one, and what a person changes about them.

In: digests, names, wishes; what an earlier run left. Out: a key, rows for people, or a ClientFault that says why not.
Whoever is switched off or revoked is told to `on_shut` at once: what still runs for it ends.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from gcli2api_tui.clients.client_key import ClientKey, Wishes, changed, digest_of, folded, is_name, new_secret
from gcli2api_tui.clients.ports import ClientKeyStore
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

MOST = 1_000
MOST_REVOKED = 200
"""So many are remembered, for whoever still sends one."""


class ClientKeys:
    """One per server."""

    def __init__(self, clock: Clock, store: ClientKeyStore, saved: Iterable[ClientKey] = ()) -> None:
        self.on_shut: Callable[[ClientKeyId], None] = lambda name: None
        self._clock = clock
        self._store = store
        self._by_digest: dict[str, ClientKey] = {}
        self._by_name: dict[str, ClientKey] = {}
        for key in saved:
            self._put(key)

    @property
    def now(self) -> float:
        return self._clock.now()

    def sent(self, key: bytes) -> ClientKey | None:
        """Whose key these bytes are, whether or not it serves.

        One hash and one look-up, whose time may tell something: of the digest, that is, and nobody who does not have
        the key can choose what its digest begins with. So there is nothing to compare in constant time.
        """
        return self._by_digest.get(digest_of(key))

    def named(self, name: str) -> ClientKey | None:
        """One that is not revoked; by capitals or not."""
        return self._by_name.get(folded(name))

    def all(self) -> tuple[ClientKey, ...]:
        """Those that are not revoked, by name."""
        return tuple(self._by_name[name] for name in sorted(self._by_name))

    def serves(self, name: ClientKeyId) -> bool:
        key = self._by_name.get(folded(name))
        return key is not None and key.serves(self._clock.now())

    def add(self, name: str, wishes: Wishes) -> tuple[ClientKey, Secret]:
        """A new one, which is told this once. Raises ClientFault."""
        name = name.strip()
        if not is_name(name):
            raise ClientFault(say("clients.name"), param="name")
        if self.named(name):
            raise ClientFault(say("clients.taken", name=name), param="name", way_out=say("clients.other_name"))
        if len(self._by_name) >= MOST:
            raise ClientFault(say("clients.most", most=MOST), way_out=say("clients.revoke_some"))
        secret, now = new_secret(), self._clock.now()
        made = ClientKey(ClientKeyId(name), digest_of(secret.reveal().encode()), secret.reveal()[-4:], now)
        made = changed(made, wishes, now)
        self._keep(made)
        return made, secret

    def set(self, name: str, wishes: Wishes) -> ClientKey:
        """Changed. Raises ClientFault, and then nothing is."""
        key = changed(self._known(name), wishes, self._clock.now())
        self._keep(key)
        return key

    def revoke(self, name: str) -> ClientKey:
        """It serves nobody from now on. Raises ClientFault where there is none."""
        key = replace(self._known(name), revoked_at=self._clock.now())
        self._keep(key)
        return key

    def heard(self, key: ClientKey) -> None:
        """A person changed it at another instance."""
        self._put(key)
        if not key.serves(self._clock.now()):
            self.on_shut(key.name)

    def _known(self, name: str) -> ClientKey:
        if key := self.named(name.strip()):
            return key
        raise ClientFault(say("clients.none", name=name[:40]), status=404, param="name", way_out=say("clients.see"))

    def _keep(self, key: ClientKey) -> None:
        self._put(key)
        self._store.put_client_key(key)
        if not key.serves(self._clock.now()):
            self.on_shut(key.name)

    def _put(self, key: ClientKey) -> None:
        self._by_digest[key.digest] = key
        if key.revoked_at is None:
            self._by_name[folded(key.name)] = key
            return
        if (known := self.named(key.name)) and known.digest == key.digest:
            del self._by_name[folded(key.name)]
        revoked = [one for one in self._by_digest.values() if one.revoked_at is not None]
        if len(revoked) > MOST_REVOKED:
            del self._by_digest[min(revoked, key=lambda one: one.revoked_at or 0.0).digest]
