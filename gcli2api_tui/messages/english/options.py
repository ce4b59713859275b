"""Settings while a server runs, in English."""

from collections.abc import Mapping

OPTIONS: Mapping[str, str] = {
    "setting.typed": "what was typed",
    "setting.ours": "{name} is set by the program itself.",
    "setting.held_flag": "{name} was given by a flag: config.toml would not act.",
    "setting.change_flag": "Start without the flag, or with another value.",
    "setting.held": "{name} is held by the environment variable {variable}: config.toml would not act.",
    "setting.change_there": "Change {variable} where it is set, and restart.",
    "setting.empty": "(none)",
    "setting.now": "{name}: {was} is {now} now.",
    "setting.later": "{name}: {was} will be {now} after a restart.",
    "setting.undone": "{name} is {now} again.",
    "setting.nothing_to_undo": "There is no change to undo.",
    "verb.set_setting": "set",
    "verb.undo_setting": "undo setting",
}
