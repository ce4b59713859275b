"""The life of models: when Google ends them, what follows."""

from collections.abc import Mapping

MODEL_LIFE: Mapping[str, str] = {
    "place.gemini-api": "the Gemini API",
    "place.vertex": "Vertex AI",
    "place.code-assist": "Code Assist",
    "ends.gone": "{model} has ended on {place} and is not asked for there again for a day; Google: {said}",
    "ends.told": "Google says that {model} ends on {place} on {day}.",
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
