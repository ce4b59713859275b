"""What was asked for, before anything is built: settings from all places, the first key, the vault alone, the models.

In: flags and the environment. Out: a Setup that `wiring.build` makes one instance of. Raises StartFault and
SettingsFault with the way out; keeps nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from gcli2api_tui import config_file, paths, settings
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.client_secret import ClientFile
from gcli2api_tui.credentials.kinds import OAuthClient
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import SettingsFault, StartFault
from gcli2api_tui.paths import Paths
from gcli2api_tui.settings import Settings
from gcli2api_tui.upstream.oauth_client import chosen_client, sign_in_client

if TYPE_CHECKING:
    from gcli2api_tui.gemini.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Setup:
    """What was asked for."""

    settings: Settings
    paths: Paths
    clock: Clock
    demo: bool = False
    screen: bool = False
    made_key: bool = False
    """The client key was made just now and nobody has seen it."""
    quiet: bool = False

    def sign_in_client(self) -> OAuthClient:
        """Whom a sign-in that begins now is for; looks at the disk, because an import is another process."""
        imported = ClientFile(self.paths.credentials).read()
        return sign_in_client(self.settings.oauth_client_id, self.settings.oauth_client_secret, imported)

    def keep_terms(self, shown_at: str) -> None:
        """Remember for good that the notice on Google's terms was read. Raises SettingsFault."""
        config_file.write_value(self.paths.config_file, "terms_shown_at", shown_at)


def prepare(flags: Mapping[str, Any], environ: Mapping[str, str], clock: Clock | None = None) -> Setup:
    """Settings from all sources; makes the folders and the first client key. Raises StartFault, SettingsFault."""
    where = paths.find(flags.get("home"), environ)
    where.create()
    wanted = {name: value for name, value in flags.items() if name in settings.FIELDS}
    loaded = settings.load(where.config_file, environ, wanted).settings
    made_key = not loaded.password
    if made_key:
        loaded = replace(loaded, password=settings.new_key())
        config_file.write_value(where.config_file, "password", loaded.password.reveal())
    _require_safe(loaded, insecure=bool(flags.get("insecure")))
    return Setup(loaded, where, clock or Clock(), made_key=made_key)


def _require_safe(chosen: Settings, *, insecure: bool) -> None:
    """A guessable key is for loopback only."""
    if insecure or is_loopback(chosen.host):
        return
    for key in (chosen.password, chosen.admin_key):
        if settings.guessable(key):
            raise StartFault(
                f"The key is guessable and {chosen.host} can be reached by others.",
                way_out="Set a longer --password, listen on 127.0.0.1, or insist with --insecure.",
            )


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_vault(home: str | None, environ: Mapping[str, str]) -> Vault:
    """The vault alone, for `creds …`."""
    where = paths.find(home, environ)
    where.create()
    return Vault(where.credentials, where.trash, Clock(), default_client(home, environ))


def default_client(home: str | None, environ: Mapping[str, str]) -> OAuthClient:
    """The OAuth client of credentials that bring none."""
    loaded = settings.load(paths.find(home, environ).config_file, environ, {}).settings
    return chosen_client(loaded.oauth_client_id, loaded.oauth_client_secret)


def read_models(where: Paths, chosen: Settings) -> "Catalogue":
    """The packaged models with the user's changes and aliases. Raises SettingsFault."""
    from gcli2api_tui.gemini.aliases import with_aliases
    from gcli2api_tui.gemini.catalogue import read_catalogue

    packaged = resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text(encoding="utf-8")
    known = replace(read_catalogue(packaged, _own_models(where)), pass_unknown=chosen.pass_unknown_models == "on")
    return with_aliases(known, chosen.aliases)


def _own_models(where: Paths) -> str:
    """The person's models.toml; editors on Windows may put a mark at its start. Raises SettingsFault."""
    if not where.models_file.exists():
        return ""
    try:
        return where.models_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        way_out = f"Save {where.models_file} as UTF-8 text that this user may read."
        raise SettingsFault("models.toml cannot be read.", key="models.toml", way_out=way_out) from error
