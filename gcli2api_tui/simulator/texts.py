"""What the simulated models say, and how fast: sentences in English and Chinese, put together from a seed; the demo's
questions with real answers, from conversations.toml.

The same seed and prompt always give the same text; the language follows the prompt's. Tests keep the plain voice, which
says everything at once; the demo's speaks at the pace of a real model, whole answers too.
"""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import field
from importlib import resources
from itertools import pairwise

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.usage import tokens

ENGLISH = (
    "The short answer is yes, with one condition that is easy to overlook.",
    "Start with the smallest version that can fail, and let the failure tell you what to build next.",
    "A queue between the two halves turns a slow reader into a slow writer, which is usually what you want.",
    "Measure before you change anything: the part that looks slow is rarely the part that is.",
    "If the connection drops half way, the only honest thing is to say so and let the caller decide.",
    "Keep the state in one place and let everything else ask for it.",
    "The trick is to name the thing you are waiting for; a timeout without a name teaches nobody anything.",
    "In practice two retries are plenty, because the third one meets the same locked door.",
    "You can read the whole file at once here, since it is never larger than a few kilobytes.",
    "Rain is likely in the afternoon, so the early train is the better choice.",
    "Sort by the date first and by the name second, and the duplicates will stand next to each other.",
    "That index helps the search, but every insert now pays for it.",
    "Write the test with the numbers from the report, then make it pass, then delete the special case.",
    "It works on a phone as well, as long as nothing needs a compiler.",
    "A short list of rules that are checked beats a long list that is only believed.",
    "When both sides are right, look at the clock: one of them is usually earlier. 🕰️",
)
CHINESE = (
    "简单来说，可以，但有一个容易忽略的前提。",
    "先做一个最小的版本，让它出错，再根据错误决定下一步。",
    "在两端之间放一个队列，读得慢的一方就会让写的一方也慢下来，这通常正是你想要的。",
    "改动之前先测量：看起来慢的地方往往并不是真正慢的地方。",
    "如果连接中途断开，最诚实的做法就是如实告诉调用方。",
    "把状态放在一个地方，其他部分都向它询问。",
    "给等待的事情起个名字，没有名字的超时说明不了任何问题。",
    "实际上重试两次就够了，第三次遇到的还是同一扇锁着的门。",
    "这个文件不会超过几千字节，一次读完没有问题。",
    "下午可能会下雨，坐早班车更合适。",
    "先按日期排序，再按名称排序，重复的条目就会挨在一起。",
    "这个索引能加快查询，但每次插入都要为它付出代价。",
    "先用报告里的数字写测试，让它通过，再删掉特例。",
    "只要不需要编译器，它在手机上也能运行。📱",
)
ENGLISH_THOUGHTS = (
    "**Reading the question**\nThe person wants a direct answer, so the background can wait.",
    "**Weighing the options**\nThere are two ways; the simpler one covers nearly every case.",
    "**Checking the edges**\nAn empty input and a very long one both have to work.",
)
CHINESE_THOUGHTS = (
    "**理解问题**\n对方想要直接的答案，背景可以稍后再说。",
    "**权衡方案**\n有两种做法，简单的一种几乎适用于所有情况。",
    "**检查边界**\n空输入和很长的输入都必须能处理。",
)


def compose(seed: str, prompt: str, words: int) -> str:
    """About `words` words (or as many Chinese characters), in paragraphs."""
    chance = random.Random(f"{seed}|{prompt}")
    sentences = CHINESE if is_chinese(prompt) else ENGLISH
    text, length = list[str](), 0
    while length < words:
        sentence = chance.choice(sentences)
        length += len(sentence) if sentences is CHINESE else len(sentence.split())
        text += sentence, "\n\n" if chance.random() < 0.2 else "" if sentences is CHINESE else " "
    return "".join(text).strip()


def thoughts(seed: str, prompt: str) -> tuple[str, ...]:
    chance = random.Random(f"{seed}|{prompt}|thoughts")
    source = CHINESE_THOUGHTS if is_chinese(prompt) else ENGLISH_THOUGHTS
    return source[: chance.randint(1, len(source))]


def pieces(seed: str, text: str) -> tuple[str, ...]:
    """The text cut as a stream would cut it: 16 to 60 characters each, in any place, words and emoji included."""
    chance = random.Random(f"{seed}|{len(text)}|pieces")
    cuts = [0]
    while cuts[-1] < len(text):
        cuts.append(cuts[-1] + chance.randint(16, 60))
    return tuple(text[start:end] for start, end in pairwise(cuts))


def is_chinese(text: str) -> bool:
    return sum("一" <= char <= "鿿" for char in text) * 4 > len(text.strip())


_FILE = resources.files("gcli2api_tui.simulator").joinpath("conversations.toml")
_READ = tomllib.loads(_FILE.read_text(encoding="utf-8"))["conversation"]
_NAMED: Mapping[str, str] = {one["name"]: one["question"] for one in _READ if "name" in one}

ANSWERS: Mapping[str, str] = {one["question"]: one["answer"] for one in _READ}
STORY, CHINESE_STORY = _NAMED["story"], _NAMED["chinese story"]
TRANSLATE, REGEX = _NAMED["translate"], _NAMED["regex"]
LOG = _NAMED["log"]
"""Asked with a prompt that is as long as a model takes."""
QUESTIONS = tuple(one for one in ANSWERS if one not in (STORY, CHINESE_STORY, LOG))


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
        said = self.known.get(prompt.strip()) or compose(seed, prompt, words)
        closing = self.closing_chinese if is_chinese(prompt) else self.closing
        return f"{said}\n\n{closing}" if closing else said

    def waits_s(self, model: str, key: str) -> float:
        """Before the first word: half as long to twice as long as usual, the same for the same key."""
        return self.first_word_s * random.Random(f"{model}|{key}").uniform(0.5, 2.0)

    def takes_s(self, model: str, text: str) -> float:
        rate = self.tokens_per_s.get(model, self.tokens_per_s.get("", 0.0))
        return tokens(text) / rate if rate else 0.0


PLAIN = Voice()
