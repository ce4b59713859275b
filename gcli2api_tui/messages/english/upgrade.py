"""How the program is upgraded."""

from collections.abc import Mapping

UPGRADE: Mapping[str, str] = {
    "upgrade.now": "This is gcli2api-tui {version}.",
    "upgrade.by_installer": "Our installer made it; run again, it upgrades, and restarts a server that runs:",
    "upgrade.by_pipx": "It was installed with pipx:",
    "upgrade.by_uv_tool": "It was installed with uv:",
    "upgrade.by_checkout": "It runs from the checkout {source}:",
    "upgrade.by_archive": "It was installed from {source}. With the address or file of the next version in its place:",
    "upgrade.by_container": "It runs in a container. Outside of it, beside your compose file:",
    "upgrade.by_system": "{source} installed it: upgrade it the way you upgrade the system's other packages.",
    "upgrade.by_index": "It was installed with pip:",
    "upgrade.yes": "`gcli2api-tui upgrade --yes` runs that, and restarts the server as soon as no answer runs.",
    "upgrade.by_hand": "This cannot be run from here: do it by hand.",
    "upgrade.no_program": "{program} is not here.",
    "upgrade.failed": "The upgrade did not go through (status {status}, see above).",
    "upgrade.as_before": "A server that runs goes on as it was.",
    "upgrade.done": "Installed: {said}.",
    "upgrade.not_restarted": "The new version is installed, and the server still runs the old one; see above.",
}
