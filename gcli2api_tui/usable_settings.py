"""What a setting that is changed while a server runs must be, so that the next start takes it.

In: a setting's name, and all of them with the new value. Out: nothing, or a SettingsFault: names of models that lead
nowhere, an open door, a file of a certificate that is none.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap, require_safe, sources_of
from gcli2api_tui.following_settings import renamed
from gcli2api_tui.home_folder import expanded
from gcli2api_tui.live_settings import LiveSettings
from gcli2api_tui.settings import Settings

if TYPE_CHECKING:
    from gcli2api_tui.control.model_lists import ModelLists
    from gcli2api_tui.control.setting_changes import SettingChanges

DOORS = ("host", "password", "panel_password")
FILES = ("tls_cert", "tls_key")


def setting_changes(
    setup: Bootstrap, live: LiveSettings, models: "ModelLists", share: Callable[[str, str | None], None] | None
) -> "SettingChanges":
    """Of one instance; `share` tells those that are on the same database."""
    from gcli2api_tui.control.setting_changes import SettingChanges

    return SettingChanges(live, sources_of(setup), setup.paths.config_file, usable(setup, models), share)


def usable(setup: Bootstrap, models: "ModelLists") -> Callable[[str, Settings], None]:
    """The check of one instance."""
    from gcli2api_tui.server.certificate import require_file

    def check(name: str, chosen: Settings) -> None:
        renamed(models.written, chosen)
        if name in DOORS:
            require_safe(chosen, insecure=False)
        if name in FILES and (file := getattr(chosen, name)):
            require_file(name, setup.paths.config / expanded(file))

    return check
