"""Other names for models: `gpt-4o=M, gpt-4o-mini=N-fake, claude-*=M`.

In: the setting's text and the catalogue. Out: the catalogue with the aliases in it, each known to lead to a model.
An alias leads to a model or one of its variants, never to another alias. A `*` stands for any characters; a name
without one wins over those with, and among these the longest.
"""

from dataclasses import replace

from gcli2api_tui.events.problems import ClientFault, SettingsFault
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.variants import resolve


def with_aliases(catalogue: Catalogue, text: str) -> Catalogue:
    """Raises SettingsFault naming the alias that leads nowhere."""
    aliases = read_aliases(text)
    for alias, target in aliases.items():
        try:
            resolve(target, catalogue)
        except ClientFault as fault:
            chained = target in aliases
            raise SettingsFault(
                f"The alias '{alias}' points to '{target}', which is {'another alias' if chained else 'no model'}.",
                key="aliases",
                way_out="Point it to a model itself." if chained else fault.way_out,
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
            fault = f"aliases cannot be read at '{pair}'."
            raise SettingsFault(fault, key="aliases", way_out="Write alias=model, alias=model.")
        if found.get(alias, target) != target:
            raise SettingsFault(f"The alias '{alias}' has two meanings.", key="aliases", way_out="Keep one of them.")
        found[alias] = target
    return found
