"""What several instances share and must be sealed: credentials, and the two keys for people; and moving a home there.

In: settings that name a database and a seal. Out: a vault, keys, what was moved. Raises SettingsFault and Problem with
the way out; imported only where a database is named.
"""

from collections.abc import Mapping, Sequence

from gcli2api_tui.clock import Clock
from gcli2api_tui.cluster_database import shared_address
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.oauth_client_file import ClientFile, decoded, encoded
from gcli2api_tui.credentials.shared_vault import OAUTH_CLIENT, SharedFile, SharedVault
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem, StartFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.postgresql.connection import database_of
from gcli2api_tui.state.postgresql.credentials import CredentialTable
from gcli2api_tui.state.postgresql.encryption import Seal, new_key, seal_of
from gcli2api_tui.state.postgresql.home_transfer import copy_out, move_in
from gcli2api_tui.state.postgresql.offline_copy import KnownFile

NO_CLIENT = OAuthClient("", Secret(""))
KEYS = ("password", "panel_password")
"""The settings that all instances must agree on."""


def new_seal_key() -> str:
    return new_key()


@dataclass(frozen=True, slots=True)
class SharedHome:
    """A home of which part lies in the database."""

    chosen: Settings
    where: Paths
    clock: Clock
    client: OAuthClient = NO_CLIENT
    """Of sign-ins that name none."""

    def seal(self) -> Seal:
        return seal_of(self.chosen.seal_key, self.chosen.seal_key_file)

    def table(self) -> CredentialTable:
        return CredentialTable(shared_address(self.chosen, self._url()), self.seal(), self.clock)

    def vault(self, *, local: bool = False, known: Sequence[SharedFile] = ()) -> SharedVault:
        folders = self.where.credentials, self.where.trash
        return SharedVault(*folders, self.clock, self.client, self.table(), local=local, known=known)

    def known_file(self) -> KnownFile:
        """What this home last knew of the database."""
        address = shared_address(self.chosen, self._url())
        return KnownFile(self.where.last_known, self.seal(), database_of(address.url))

    def _last_keys(self) -> Mapping[str, bytes]:
        known = self.known_file().read()
        return known.keys if known else {}

    def keys(self) -> dict[str, Secret]:
        """Those of KEYS that the database has."""
        return {name: Secret(content.decode()) for name, content in self.table().keys(KEYS).items()}

    def oauth_client(self) -> OAuthClient | None:
        """The one that was imported for all instances; None where there is none, or none is known."""
        try:
            content = self.table().keys((OAUTH_CLIENT,)).get(OAUTH_CLIENT)
        except Problem:
            content = self._last_keys().get(OAUTH_CLIENT)
        return decoded(content, OAUTH_CLIENT) if content else None

    def agreed(self, missing: list[str]) -> dict[str, Secret]:
        """Keys that this home does not bring along. Raises StartFault where the database has none either."""
        try:
            found = self.keys() if missing else {}
        except Problem as away:
            found = {name: Secret(text.decode()) for name, text in self._last_keys().items()}
            if not all(name in found for name in missing):
                raise StartFault(say("cluster.keys_away", why=away.message), way_out=say("cluster.keys_here")) from away
        for name in missing:
            if name not in found:
                raise StartFault(say("cluster.no_keys", name=name), way_out=say("cluster.set_keys"))
        return {name: found[name] for name in missing}

    def keep_keys(self) -> None:
        for name in KEYS:
            if key := getattr(self.chosen, name):
                self.table().keep_key(name, key.reveal().encode())

    def move_in(self) -> tuple[int, int]:
        """Rows of state.db, and credentials; their files go to trash/."""
        own, shared = Vault(self.where.credentials, self.where.trash, self.clock, self.client), self.vault()
        shared.load()
        listed, _ = own.load()
        rows = move_in(self.where.database, shared_address(self.chosen, self._url()), self.clock.now())
        if client := ClientFile(self.where.credentials).read():
            self.table().keep_key(OAUTH_CLIENT, encoded(client))
        for credential in listed:
            shared.add((credential,))
            own.remove(credential.id)
        return rows, len(listed)

    def copy_out(self) -> tuple[int, int]:
        """The same back; the database keeps all of it."""
        own, shared = Vault(self.where.credentials, self.where.trash, self.clock, self.client), self.vault()
        rows = copy_out(shared_address(self.chosen, self._url()), self.where.database)
        own.load()
        listed = [one for one in shared.load()[0] if own.file_of(one.id) == ""]
        for credential in listed:
            own.add((credential,))
        return rows, len(listed)

    def _url(self) -> str:
        """As the server of this home is called."""
        return f"http://127.0.0.1:{self.chosen.port}"
