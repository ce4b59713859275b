"""How hard a model should think: an effort word → the thinkingConfig that the model takes.

In: a Model of the catalogue and one of EFFORTS. Out: a ThinkingConfig with either a budget or a level, never both
(Google refuses both), within what the model allows; None where the model has no such control.
"""

from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.model_file import THINKING_LEVELS
from gcli2api_tui.gemini.types import ThinkingConfig

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
LEVELS = THINKING_LEVELS

_BUDGETS = {"low": 1024, "medium": 8192, "high": 24576}
_LEAST = 512
"""`minimal` on a model that may also think for 0 tokens."""
_DYNAMIC = -1
_LEVEL_OF = {"none": 0, "minimal": 0, "low": 1, "medium": 2, "high": 3, "xhigh": 4, "max": 4}


def for_effort(model: Model, effort: str) -> ThinkingConfig | None:
    """The configuration for an effort word. Thoughts are shown unless the effort is `none`."""
    shown = effort != "none"
    if model.thinking == "budget":
        return {"thinkingBudget": _budget(model, effort), "includeThoughts": shown}
    if model.thinking == "level" and model.levels:
        return {"thinkingLevel": nearest_level(model, effort), "includeThoughts": shown}
    return None


def for_budget(model: Model, tokens: int) -> ThinkingConfig | None:
    """The configuration for a number of tokens: itself, within the model's bounds, or the level that it comes to."""
    if model.thinking == "budget":
        return {"thinkingBudget": min(max(tokens, model.budget_min), model.budget_max), "includeThoughts": True}
    return for_effort(model, next((effort for effort, most in _BUDGETS.items() if tokens <= most), "high"))


def adaptive(model: Model) -> ThinkingConfig | None:
    """The model decides, and shows its thoughts."""
    if model.thinking == "budget":
        return {"thinkingBudget": _DYNAMIC, "includeThoughts": True}
    return {"includeThoughts": True} if model.thinking == "level" else None


def _budget(model: Model, effort: str) -> int:
    if effort == "none":
        return 0 if model.zero_ok else model.budget_min
    if effort == "minimal":
        return model.budget_min or _LEAST
    return min(max(_BUDGETS.get(effort, model.budget_max), model.budget_min), model.budget_max)


def nearest_level(model: Model, effort: str) -> str:
    """The lowest level of the model that is not below the one wanted: `medium` is HIGH where there is no MEDIUM."""
    for level in LEVELS[_LEVEL_OF[effort] :]:
        if level in model.levels:
            return level
    return model.levels[-1]


def signs_calls(model: Model) -> bool:
    """Whether Google demands thought signatures on function calls: from Gemini 3 on, known here or not."""
    return model.version >= (3, 0) or model.thinking == "level"


BYPASS_SIGNATURE = "skip_thought_signature_validator"
"""Google's value for a call whose signature is not known; only where one is required."""
