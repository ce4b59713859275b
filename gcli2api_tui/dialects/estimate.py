"""Token counts where Google gave none: four characters to a token, rather than no figure."""

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.records import Usage


def estimated(call: Call, characters: int) -> Usage:
    """`characters` is the length of the answer."""
    prompt = sum(len(words) for _, words in call.prompt)
    return Usage(prompt=-(-prompt // 4), output=-(-characters // 4))
