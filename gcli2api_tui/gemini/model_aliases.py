"""A person's other names for models: `gpt-4o=M, claude-*=M`, read, and given to the catalogue.

In: the text of the setting. Out: a catalogue that knows them; or SettingsFault. A name without a `*` wins over those
with one, and among these the longest (model_variants.py resolves them).
"""

from dataclasses import replace

from gcli2api_tui.events.problems import ClientFault, SettingsFault
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.model_variants import resolve
from gcli2api_tui.messages.message import say


def with_aliases(catalogue: Catalogue, text: str) -> Catalogue:
    """Raises SettingsFault naming the alias that leads nowhere."""
    aliases = read_aliases(text)
    for alias, target in aliases.items():
        try:
            resolve(target, catalogue)
        except ClientFault as fault:
            chained = target in aliases
            raise SettingsFault(
                say("alias.chained" if chained else "alias.no_model", alias=alias, target=target),
                key="aliases",
                way_out=say("alias.point") if chained else fault.way_out,
            ) from fault
    exact = {alias: target for alias, target in aliases.items() if "*" not in alias}
    patterns = sorted(aliases.keys() - exact.keys(), key=lambda alias: (-len(alias), alias))
    return replace(catalogue, aliases=exact, patterns={alias: aliases[alias] for alias in patterns})


def read_aliases(text: str) -> dict[str, str]:
    """`alias=name` pairs between commas; spaces and empty pairs mean nothing. Raises SettingsFault."""
    found: dict[str, str] = {}
    for pair in filter(None, map(str.strip, text.split(","))):
        alias, _, target = (part.strip() for part in pair.partition("="))
        if not alias or not target:
            fault = say("alias.unreadable", pair=pair)
            raise SettingsFault(fault, key="aliases", way_out=say("alias.write"))
        if found.get(alias, target) != target:
            raise SettingsFault(say("alias.twice", alias=alias), key="aliases", way_out=say("model.keep_one"))
        found[alias] = target
    return found
