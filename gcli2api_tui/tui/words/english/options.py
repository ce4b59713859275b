"""Settings, in English."""

from collections.abc import Mapping

from gcli2api_tui.config.settings_table import FIELDS

TEXTS: Mapping[str, str] = {
    **{f"help.{name}": item.metadata["help"] for name, item in FIELDS.items()},
    "title.options": "Settings",
    "options.find": "find: a name, a value, a word",
    "options.nothing": "No setting fits. esc shows all.",
    "options.new_secret": "the new one; it is not shown",
    "copy.setting": "setting",
    "group.server": "Server",
    "group.keys": "Keys",
    "group.traffic": "Traffic & retries",
    "group.models": "Models",
    "group.streaming": "Streaming",
    "group.display": "Display",
    "group.alerts": "Alerts",
    "group.privacy": "Privacy & logs",
    "group.google": "Google's side",
    "group.storage": "Storage",
    "group.about": "About",
    "setting.live": "live",
    "setting.restart": "restart",
    "setting.held": "held",
    "setting.waits": "after restart",
    "setting.none": "(none)",
    "setting.from.default": "default",
    "setting.from.config.toml": "config.toml",
    "setting.from.all instances": "all instances",
    "setting.from.flag": "flag",
    "setting.from.run": "this run only",
    "setting.source": "from {source}; default {default}",
    "setting.acts_live": "A change acts at once.",
    "setting.acts_restart": "A change acts after a restart.",
    "setting.then": "After a restart: {value}.",
    "setting.one_of": "one of {names}",
    "setting.held_by_flag": "A flag holds it; config.toml would not act. Start without the flag to change it here.",
    "setting.held_by_env": "The environment holds it; config.toml would not act. Change {variable} there; restart.",
    "setting.held_say": "{name} is held by {source}: change it there and restart; config.toml would not act.",
    "setting.is_default": "{name} is at its default.",
}
