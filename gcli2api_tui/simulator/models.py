"""The models that the simulated Google serves: how each may be told to think, when each ends, and what single ones
refuse.

The simulator does not share the product's catalogue, nor its table of abilities: a mistake in one must not hide behind
the same in the other. `check_abilities` raises Google's refusal for the first thing that a model does not take; what
all of a generation refuse is here too. No other module of the simulator names a model; the demo takes its own from
DEMO.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Literal

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.refusals import invalid
from gcli2api_tui.simulator.request_shape import GenerationConfig, Request

Service = Literal["gemini-api", "vertex", "code-assist"]
ALL_LEVELS = ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH")
LEVELS = ALL_LEVELS[:4]
WITHOUT_MINIMAL = ALL_LEVELS[1:4]
STRONG = ALL_LEVELS[1:]

_VERSION = re.compile(r"gemini-(\d+)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Model:
    """Either a range of budgets or a set of levels; `thinks` says whether it thinks unless told."""

    id: str
    budget: tuple[int, int] | None = None
    zero_ok: bool = False
    levels: tuple[str, ...] = ()
    thinks: bool = True
    developer: bool = True
    code_assist: bool = True
    free: bool = True
    """Keys without billing may use it."""
    ends: Mapping[Service, str] = field(default_factory=dict)
    """Service → the day, as YYYY-MM-DD, from which it is not served there."""
    heir: str = ""
    """What the Gemini API answers with once it has ended; without one it is a 404."""
    version: tuple[int, int] = (0, 0)
    """Where the id does not tell it."""
    refuses: frozenset[str] = frozenset()
    """What it takes no part of, beyond the rules of its generation: names of ability_rules.RULES."""

    @property
    def release(self) -> tuple[int, int]:
        """(generation, minor)."""
        found = _VERSION.match(self.id)
        return (int(found[1]), int(found[2] or 0)) if found else self.version

    @property
    def family(self) -> int:
        """The generation: thought signatures are checked from 3 on and belong to one family."""
        return self.release[0]

    @property
    def draws(self) -> bool:
        """It answers with a picture where images are among what it may answer with."""
        return "-image" in self.id

    @property
    def prefills(self) -> bool:
        """A history may end with its own turn."""
        return self.release < (3, 5)

    def served_by(self, service: Service, day: str) -> bool:
        known = {"gemini-api": self.developer, "vertex": self.developer, "code-assist": self.code_assist}[service]
        return known and day < self.ends.get(service, "9999")

    def described(self) -> dict[str, object]:
        """The entry of models.list."""
        return {
            "name": f"models/{self.id}",
            "version": "001",
            "displayName": self.id.replace("-", " ").title(),
            "description": f"Simulated {self.id}",
            "inputTokenLimit": 1048576,
            "outputTokenLimit": 65536,
            "supportedGenerationMethods": [
                "generateContent",
                "countTokens",
                "createCachedContent",
                "batchGenerateContent",
            ],
            "temperature": 1,
            "topP": 0.95,
            "topK": 64,
            "maxTemperature": 2,
            "thinking": True,
        }


_PLAIN = frozenset({"system_instruction", "json_mode", "functions"})
_ENDED: Mapping[Service, str] = {"gemini-api": "2026-12-01", "vertex": "2026-10-20"}
_GONE: Mapping[Service, str] = dict.fromkeys(("gemini-api", "vertex", "code-assist"), "2026-03-09")
MODELS = (
    Model("gemini-2.5-pro", budget=(128, 32768), ends=_ENDED, heir="gemini-3.8-flash"),
    Model("gemini-2.5-flash", budget=(0, 24576), zero_ok=True, ends=_ENDED, heir="gemini-3.5-flash-lite"),
    Model("gemini-2.5-flash-lite", budget=(512, 24576), zero_ok=True, thinks=False, ends={"vertex": "2026-10-20"}),
    Model("gemini-3-pro-preview", levels=("LOW", "HIGH"), ends=_GONE),
    Model("gemini-3.1-pro-preview", levels=WITHOUT_MINIMAL),
    Model("gemini-3.1-pro-preview-customtools", levels=WITHOUT_MINIMAL),
    Model("gemini-3-flash-preview", levels=LEVELS),
    Model("gemini-3-flash", levels=LEVELS, developer=False),
    Model("gemini-3.1-flash-lite", levels=LEVELS, ends={"gemini-api": "2027-05-07"}),
    Model("gemini-3.5-flash", levels=LEVELS, code_assist=False),
    Model("gemini-3.5-flash-lite", levels=LEVELS),
    Model("gemini-3.6-flash", levels=LEVELS, code_assist=False),
    Model("gemini-3.7-flash", levels=WITHOUT_MINIMAL, code_assist=False),
    Model("gemini-3.8-flash", levels=WITHOUT_MINIMAL, code_assist=False),
    Model("gemini-flash-latest", levels=WITHOUT_MINIMAL, code_assist=False, version=(3, 8)),
    Model("gemini-flash-lite-latest", levels=LEVELS, code_assist=False, version=(3, 5)),
    Model("gemini-3.1-flash-image", levels=LEVELS, thinks=False, code_assist=False, free=False),
    Model("gemini-pro-latest", levels=WITHOUT_MINIMAL, code_assist=False, version=(3, 1)),
    Model("gemini-4-argon", levels=WITHOUT_MINIMAL, code_assist=False, free=False),
    Model("gemini-4-carbon", levels=WITHOUT_MINIMAL, code_assist=False, free=False),
    Model("gemini-4-hydrogen", levels=STRONG, code_assist=False),
    Model("gemini-4-neon", levels=STRONG, code_assist=False, free=False),
    Model("gemma-3-27b-it", thinks=False, code_assist=False, refuses=_PLAIN),
    Model("gemma-4-31b-it", thinks=False, code_assist=False),
)
OXYGEN = Model(
    "gemini-5-oxygen",
    levels=WITHOUT_MINIMAL,
    code_assist=False,
    refuses=frozenset({"penalties", "candidates", "system_instruction", "json_mode"}),
)
"""Made up: the model that Google brings out tomorrow. A world serves it only where a test adds it."""
EMBEDDING = "gemini-embedding-001"
DEMO = {"pro": "gemini-3.1-pro-preview", "flash": "gemini-3-flash-preview", "lite": "gemini-3.5-flash-lite"}
"""What the demo's people ask for: all three services have these."""


def developer_list(day: str = "", among: Sequence[Model] = MODELS) -> list[dict[str, object]]:
    """All of models.list: chat models that have not ended, and the one that embeds."""
    served = (model for model in among if model.served_by("gemini-api", day))
    return [*(model.described() for model in served), described_embedding()]


def described_embedding() -> dict[str, object]:
    return {
        "name": f"models/{EMBEDDING}",
        "version": "001",
        "displayName": "Gemini Embedding 001",
        "description": "Simulated embeddings",
        "inputTokenLimit": 2048,
        "outputTokenLimit": 1,
        "supportedGenerationMethods": ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"],
    }


def find(model: str, service: Service = "gemini-api", day: str = "", among: Sequence[Model] = MODELS) -> Model | None:
    """The model that answers to this id on that day: itself, its heir, or none."""
    known = next((one for one in among if one.id == model), None)
    if known is None or known.served_by(service, day):
        return known
    inherits = known.heir and service == "gemini-api" and known.developer
    return find(known.heir, service, day, among) if inherits else None


Rule = tuple[Callable[[Request, GenerationConfig], bool], str]
"""(whether a request with this generationConfig asks for it, the words of the refusal, with {model})"""

RULES: Mapping[str, Rule] = {
    "penalties": (
        lambda request, config: any(config.get(name) is not None for name in ("presencePenalty", "frequencyPenalty")),
        "Penalty is not enabled for this model",
    ),
    "candidates": (
        lambda request, config: config.get("candidateCount", 1) != 1,
        "Multiple candidates is not enabled for this model",
    ),
    "seed": (lambda request, config: config.get("seed") is not None, "Seed is not supported for this model."),
    "logprobs": (lambda request, config: bool(config.get("responseLogprobs")), "Logprobs is not enabled for {model}"),
    "caches": (
        lambda request, config: bool(request.get("cachedContent")),
        "CachedContent is not supported for this model.",
    ),
    "system_instruction": (
        lambda request, config: request.get("systemInstruction") is not None,
        "Developer instruction is not enabled for {model}",
    ),
    "json_mode": (
        lambda request, config: config.get("responseMimeType") == "application/json",
        "JSON mode is not enabled for {model}",
    ),
    "functions": (lambda request, config: bool(request.get("tools")), "Function calling is not enabled for {model}"),
}
_OF_ALL = frozenset({"candidates"})
_SINCE_4 = frozenset({"penalties", "caches"})


def check_abilities(request: Request, model: Model) -> None:
    config = request.get("generationConfig") or {}
    refused = model.refuses | _OF_ALL | (_SINCE_4 if model.family >= 4 else frozenset())
    for name, (asks, words) in RULES.items():
        if name in refused and asks(request, config):
            raise invalid(words.format(model=f"models/{model.id}"))
