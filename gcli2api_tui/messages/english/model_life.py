"""The life of models: when Google ends them, what follows."""

from collections.abc import Mapping

MODEL_LIFE: Mapping[str, str] = {
    "model.ends": "Google serves it until {day}.",
    "ends.gone": "{model} has ended ({place}); for a day it is not asked for there again. Google: {said}",
    "ends.told": "Google says that {model} ends on {day} ({place}).",
    "ends.soon": "{model}, which is in use, ends on {day}, in {n} days.",
    "ends.soon.one": "{model}, which is in use, ends on {day}, tomorrow.",
    "ends.follows": "{next} follows it; with the setting successors it answers by itself.",
    "ends.answers": "{model} has ended; {next}, which Google names to follow it, answers.",
    "ends.ask_successor": "Its successor is {next}: ask for that one, or set successors to on, and it answers.",
    "ends.successor_gone": "Google names {next} to follow it, and that one is not served here.",
    "why.successor": "{next} in place of {model}, which has ended",
    "file.circle": "In models.toml each of these follows the other: {names}.",
    "file.break_circle": "Take one 'successor' out.",
}
