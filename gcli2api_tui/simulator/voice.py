"""How a world's models speak: how long, how fast, and what to questions that somebody foresaw.

In: a prompt. Out: a length, words, seconds. Tests keep the plain voice, which says everything at once; the demo's
speaks at the pace of a real model, whole answers too: nothing shows a rate that no model has.
"""

import random
from collections.abc import Mapping
from dataclasses import field

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator import texts
from gcli2api_tui.simulator.usage import tokens


@dataclass(frozen=True, slots=True)
class Voice:
    """`tokens_per_s` by model id, "" for all others; without it nothing waits."""

    fewest_words: int = 60
    most_words: int = 160
    known: Mapping[str, str] = field(default_factory=dict)
    """Question → answer, word for word."""
    closing: str = ""
    closing_chinese: str = ""
    """What ends every text that is not for a program."""
    first_word_s: float = 0.0
    tokens_per_s: Mapping[str, float] = field(default_factory=dict)

    def length(self, seed: int, prompt: str) -> int:
        return random.Random(f"{seed}|{prompt}|length").randint(self.fewest_words, self.most_words)

    def text(self, seed: str, prompt: str, words: int) -> str:
        said = self.known.get(prompt.strip()) or texts.compose(seed, prompt, words)
        closing = self.closing_chinese if texts.is_chinese(prompt) else self.closing
        return f"{said}\n\n{closing}" if closing else said

    def waits_s(self, model: str, key: str) -> float:
        """Before the first word: half as long to twice as long as usual, the same for the same key."""
        return self.first_word_s * random.Random(f"{model}|{key}").uniform(0.5, 2.0)

    def takes_s(self, model: str, text: str) -> float:
        rate = self.tokens_per_s.get(model, self.tokens_per_s.get("", 0.0))
        return tokens(text) / rate if rate else 0.0


PLAIN = Voice()
