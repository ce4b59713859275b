"""What the demo's people ask and what they are told: real texts, so that there is something to read on the screen.

Out: questions in English and Chinese, short and long, each with its answer, from conversations.toml.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources

_FILE = resources.files("gcli2api_tui.simulator").joinpath("conversations.toml")
_READ = tomllib.loads(_FILE.read_text(encoding="utf-8"))["conversation"]
_NAMED: Mapping[str, str] = {one["name"]: one["question"] for one in _READ if "name" in one}

ANSWERS: Mapping[str, str] = {one["question"]: one["answer"] for one in _READ}
STORY, CHINESE_STORY = _NAMED["story"], _NAMED["chinese story"]
TRANSLATE, REGEX = _NAMED["translate"], _NAMED["regex"]
LOG = _NAMED["log"]
"""Asked with a prompt that is as long as a model takes."""
QUESTIONS = tuple(one for one in ANSWERS if one not in (STORY, CHINESE_STORY, LOG))
