"""Gives a model another name, for clients that ask for it by that: a change of the setting `aliases`, in force at once.

In: the name and the model it is to mean. Out: Done or Refused, as for any setting.
"""

from gcli2api_tui.control.ports import Answer, Done, Refused
from gcli2api_tui.control.setting_changes import SettingChanges
from gcli2api_tui.gemini.model_variants import read_aliases
from gcli2api_tui.messages.message import say

LONGEST_NAME = 200


async def map_model(changes: SettingChanges, name: str, model: str) -> Answer:
    """Beside the names that there are already; one that has another meaning gets this one."""
    if not name or len(name) > LONGEST_NAME or set(name) & set(",=\n"):
        return Refused(say("alias.no_name", name=name[:40]))
    names = {**read_aliases(changes.live.now.aliases), name: model}
    answer = await changes.set("aliases", ", ".join(f"{one}={target}" for one, target in names.items()))
    return Done(say("alias.mapped", name=name, model=model)) if isinstance(answer, Done) else answer
