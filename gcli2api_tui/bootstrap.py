"""What was asked for, before anything is built: settings from all places, the first keys, the vault alone.

In: flags and the environment. Out: a Setup that `control_wiring.build` makes one instance of. Raises StartFault and
SettingsFault with the way out; keeps nothing.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from gcli2api_tui import paths, safe_files
from gcli2api_tui.clock import Clock, agreeing
from gcli2api_tui.config import config_toml, settings_loading
from gcli2api_tui.config.settings import FIELDS, Settings
from gcli2api_tui.events import secret
from gcli2api_tui.events.problems import SettingsFault, StartFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass

if TYPE_CHECKING:
    from gcli2api_tui.credentials.credential import OAuthClient
    from gcli2api_tui.credentials.vault import Vault
    from gcli2api_tui.server.https import Https


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What was asked for."""

    settings: Settings
    paths: Paths
    clock: Clock
    demo: bool = False
    made_key: bool = False
    """The client key was made just now and nobody has seen it."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Setting → where its value came from, of those that are no defaults."""
    notes: tuple[Message, ...] = ()
    """What happened on the way that a person should know, a sentence each."""
    quiet: bool = False
    keys_toml: str = ""
    """The text of keys.toml, as it was at the start."""
    https: "Https | None" = None
    """Of this run, where its port speaks https."""
    token: Secret = Secret("")
    """What other processes of this user know from the run before; empty: a new one."""

    def key_place(self) -> str:
        """Where the client key came from, for people: a file, a variable or the flag."""
        source = self.sources.get("password", "")
        if source in ("", "config.toml"):
            return f"in {self.paths.config_file}"
        return "given by --password" if source == "flag" else f"set by {source}"

    def sign_in_client(self) -> "OAuthClient":
        """Whom a sign-in that begins now is for; looks at the disk, because an import is another process."""
        from gcli2api_tui.credentials.oauth_client_file import ClientFile
        from gcli2api_tui.upstream.oauth_client import sign_in_client

        imported = self._shared_client() or ClientFile(self.paths.credentials).read()
        return sign_in_client(self.settings.oauth_client_id, self.settings.oauth_client_secret, imported)

    def _shared_client(self) -> "OAuthClient | None":
        if not self.settings.state_url:
            return None
        from gcli2api_tui.cluster_home import SharedHome

        return SharedHome(self.settings, self.paths, self.clock).oauth_client()

    def keep_terms(self, shown_at: str) -> None:
        """Remember for good that the notice on Google's terms was read. Raises SettingsFault."""
        config_toml.write_value(self.paths.config_file, "terms_shown_at", shown_at)


def sources_of(setup: Bootstrap) -> dict[str, str]:
    """Of every value that is no default; what a demo or a test brought along is of this run only."""
    ours = {name: "this run" for name, item in FIELDS.items() if getattr(setup.settings, name) != item.default}
    return {**ours, **setup.sources}


def prepare(flags: Mapping[str, Any], environ: Mapping[str, str], clock: Clock | None = None) -> Bootstrap:
    """Settings from all sources; makes the folders and the first keys. Raises StartFault, SettingsFault."""
    where = paths.find(flags.get("home"), environ)
    where.create()
    wanted = {name: value for name, value in flags.items() if name in FIELDS}
    loaded = settings_loading.load(where.config_file, environ, wanted)
    notes = (*_on_the_command_line(loaded.sources), *where.close_to_others())
    keys, unread = keys_toml(where)
    notes = (*notes, *unread)
    clock = clock or (agreeing() if loaded.settings.state_url else Clock())
    asked = Bootstrap(loaded.settings, where, clock, sources=loaded.sources, notes=notes, keys_toml=keys)
    setup = _with_shared_keys(asked) if asked.settings.state_url else _with_panel_key(_with_client_key(asked))
    require_safe(setup.settings, insecure=bool(flags.get("insecure")))
    return setup


def keys_toml(where: paths.Paths) -> tuple[str, tuple[Message, ...]]:
    """What it says, or why it cannot be read: other keys are no reason not to start."""
    try:
        return safe_files.read(where.keys_file, config_toml.LARGEST).decode(), ()
    except FileNotFoundError:
        return "", ()
    except (OSError, UnicodeDecodeError) as error:
        return "", (say("keys.unreadable", why=str(error)),)


def _on_the_command_line(sources: Mapping[str, str]) -> tuple[Message, ...]:
    if sources.get("password") != "flag":
        return ()
    return (say("warn.password_flag"),)


def _with_shared_keys(setup: Bootstrap) -> Bootstrap:
    """All instances must agree: both from the environment, or else from the database. Raises StartFault."""
    from gcli2api_tui.cluster_database import require_extra

    require_extra()
    from gcli2api_tui.cluster_home import KEYS, SharedHome

    missing = [name for name in KEYS if setup.sources.get(name, "config.toml") == "config.toml"]
    found: dict[str, object] = {**SharedHome(setup.settings, setup.paths, setup.clock).agreed(missing)}
    sources = {**setup.sources, **dict.fromkeys(missing, "the database")}
    return replace(setup, settings=settings_loading.with_values(setup.settings, found), sources=sources)


def _with_client_key(setup: Bootstrap) -> Bootstrap:
    """Nobody could know a key that is not kept: without a disk for it there is no start. Raises SettingsFault."""
    if setup.settings.password:
        return setup
    key = secret.new_key()
    config_toml.write_value(setup.paths.config_file, "password", key.reveal())
    sources = {**setup.sources, "password": "config.toml"}
    return replace(setup, settings=replace(setup.settings, password=key), sources=sources, made_key=True)


def _with_panel_key(setup: Bootstrap) -> Bootstrap:
    """A home from before the panel had a key of its own gets one. Where the disk takes none, it is this run's."""
    if setup.settings.panel_password:
        return setup
    key, kept = secret.new_key(), "config.toml"
    said = () if setup.made_key else (say("warn.panel_key_new"),)
    try:
        config_toml.write_value(setup.paths.config_file, "panel_password", key.reveal())
    except SettingsFault as fault:
        kept = "this run"
        said = (say("warn.panel_key_run", said=fault.sentence),)
    sources = {**setup.sources, "panel_password": kept}
    chosen = replace(setup.settings, panel_password=key)
    return replace(setup, settings=chosen, sources=sources, notes=(*setup.notes, *said))


def with_https(setup: Bootstrap) -> Bootstrap:
    """For one run of a server. Raises SettingsFault where the certificate's files cannot be used."""
    if not (setup.settings.tls_cert or setup.settings.tls_key):
        return setup
    from gcli2api_tui.server.https import https_of

    if (https := https_of(setup.settings, setup.paths.config)) is None:
        return setup
    notes = (*setup.notes, https.warning) if https.warning else setup.notes
    return replace(setup, https=https, notes=notes)


def require_safe(chosen: Settings, *, insecure: bool) -> None:
    """A guessable key is for loopback only."""
    if insecure or is_loopback(chosen.host):
        return
    for key in (chosen.password, chosen.panel_password):
        if secret.guessable(key):
            raise StartFault(
                say("start.guessable", host=chosen.host),
                way_out=say("start.longer_key"),
            )


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_vault(home: str | None, environ: Mapping[str, str], *, local: bool = False) -> "Vault":
    """The vault alone, for `creds …`. `local`: what is added to it is for this home alone."""
    from gcli2api_tui.storage_backend import vault_of

    where = paths.find(home, environ)
    where.create()
    chosen = settings_loading.load(where.config_file, environ, {}).settings
    return vault_of(chosen, where, Clock(), default_client(home, environ), local=local)


def default_client(home: str | None, environ: Mapping[str, str]) -> "OAuthClient":
    """The OAuth client of credentials that bring none."""
    from gcli2api_tui.upstream.oauth_client import chosen_client

    loaded = settings_loading.load(paths.find(home, environ).config_file, environ, {}).settings
    return chosen_client(loaded.oauth_client_id, loaded.oauth_client_secret)
