"""What a model takes, and what was changed in a request because of it."""

from collections.abc import Mapping

ABILITIES: Mapping[str, str] = {
    "fit.changed": "{model} takes no {what}: {how}",
    "fit.left_out": "left out",
    "fit.sent": "sent {what}",
    "fit.a_budget": "thinking budget {n}",
    "fit.prefill": "{model} takes no history that ends with its own turn: added “{words}”",
    "fit.json": "{model} takes no JSON mode here: asked for JSON in words",
    "fit.system": "{model} takes no system instruction: its words stand before the first message",
    "fit.turns": "{model} wants to hear the user there: added “{words}”",
    "fit.references": "{model} takes no $ref in a result: sent as text",
    "lesson.begins_with_call": "{model} takes no history that begins with a call",
    "lesson.only_model_turn": "{model} takes no turn of its own alone",
    "lesson.reference_in_result": "{model} takes no $ref in a result",
    "fit.media": "{model} does not read {names}: sent under another type",
    "fit.schema_depth": "{model} takes no schema of more than {n} levels: what lies deeper is told in words",
    "lesson.media_type": "{model} does not read {value}",
    "lesson.schema_depth": "{model} takes no schema of more than {value} levels",
    "lesson.thinking": "{model} cannot be told how to think",
    "lesson.thinking_level": "{model} takes no thinking level {value}",
    "lesson.thinking_budget": "{model} takes no thinking budget, or not every one ({value})",
    "lesson.unsigned_call": "{model} takes no call without a thought signature",
    "lesson.system_instruction": "{model} takes no system instruction",
    "lesson.json_mode": "{model} takes no JSON mode",
    "lesson.json_beside_functions": "{model} takes no JSON mode beside functions",
    "lesson.penalties": "{model} takes no penalties",
    "lesson.candidates": "{model} gives one answer to a request",
    "lesson.seed": "{model} takes no seed",
    "lesson.logprobs": "{model} gives no log probabilities",
    "lesson.prefill": "{model} takes no history that ends with its own turn",
}
