"""The models that the simulated Google serves, and how each may be told to think.

The simulator does not share the product's catalogue: a mistake in one must not hide behind the same in the other.
"""

from dataclasses import dataclass
from typing import Any

LEVELS = ("MINIMAL", "LOW", "MEDIUM", "HIGH")


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

    @property
    def family(self) -> int:
        """2 or 3: thought signatures are checked from 3 on and belong to one family."""
        return 2 if self.budget else 3

    def described(self) -> dict[str, Any]:
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


MODELS = (
    Model("gemini-2.5-pro", budget=(128, 32768)),
    Model("gemini-2.5-flash", budget=(0, 24576), zero_ok=True),
    Model("gemini-2.5-flash-lite", budget=(512, 24576), zero_ok=True, thinks=False),
    Model("gemini-3-pro-preview", levels=("LOW", "HIGH")),
    Model("gemini-3.1-pro-preview", levels=("LOW", "MEDIUM", "HIGH")),
    Model("gemini-3.1-pro-preview-customtools", levels=("LOW", "MEDIUM", "HIGH")),
    Model("gemini-3-flash-preview", levels=LEVELS),
    Model("gemini-3-flash", levels=LEVELS, developer=False),
    Model("gemini-3.1-flash-lite", levels=LEVELS),
    Model("gemini-3.5-flash", levels=LEVELS, code_assist=False),
    Model("gemini-3.5-flash-lite", levels=LEVELS),
    Model("gemini-3.6-flash", levels=LEVELS, code_assist=False),
    Model("gemini-3.7-flash", levels=LEVELS, code_assist=False),
    Model("gemini-3.8-flash", levels=LEVELS),
    Model("gemini-flash-latest", levels=LEVELS, code_assist=False),
    Model("gemini-flash-lite-latest", levels=LEVELS, code_assist=False),
    Model("gemini-pro-latest", levels=("LOW", "MEDIUM", "HIGH"), code_assist=False),
)
EMBEDDING = "gemini-embedding-001"


def developer_list() -> list[dict[str, Any]]:
    """All of models.list: chat models, and the one that embeds."""
    return [*(model.described() for model in MODELS if model.developer), described_embedding()]


def described_embedding() -> dict[str, Any]:
    return {
        "name": f"models/{EMBEDDING}",
        "version": "001",
        "displayName": "Gemini Embedding 001",
        "description": "Simulated embeddings",
        "inputTokenLimit": 2048,
        "outputTokenLimit": 1,
        "supportedGenerationMethods": ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"],
    }


def find(model: str, *, code_assist: bool = False) -> Model | None:
    served = (one for one in MODELS if (one.code_assist if code_assist else one.developer))
    return next((one for one in served if one.id == model), None)
