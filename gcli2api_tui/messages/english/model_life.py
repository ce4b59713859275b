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
    "ends.refused": "{model} has ended ({place}); it is asked for there again a day after this.",
    "learnt.nothing": "Nothing is remembered of any model.",
    "learnt.nothing_of": "Nothing is remembered of {model}.",
    "learnt.see": "`gcli2api-tui models` shows of which something is.",
    "learnt.forgotten": "Forgotten: {n} things about models; Google is asked again.",
    "learnt.forgotten.one": "Forgotten: one thing about a model; Google is asked again.",
    "learnt.forgotten_of": "Forgotten: {n} things about {model}; Google is asked again.",
    "learnt.forgotten_of.one": "Forgotten: one thing about {model}; Google is asked again.",
    "learnt.all_models": "all models",
    "verb.forget_learnt": "forget what was learnt",
    "why.successor": "{next} in place of {model}, which has ended",
    "file.circle": "In models.toml each of these follows the other: {names}.",
    "file.break_circle": "Take one 'successor' out.",
}
