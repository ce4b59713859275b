"""What a model's name means: `fake/M-search` and the like, and a person's own names, `gpt-4o=M, claude-*=M`.

In: the name a client wrote. Out: a base model of the catalogue and the wishes in the name. An exact id always wins;
then an alias stands for its target, once, one without a `*` before those with one, the longest of these first;
otherwise one known prefix or suffix at a time is taken off until the rest is an id, or fits an alias with a `*`. Order
does not matter, old and new spellings mean the same. An alias leads to a model or one of its variants, never to another
alias.
"""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from gcli2api_tui.events.problems import ClientFault, SettingsFault
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

PROVIDERS = ("models/", "google/", "gemini/")
"""Google's own collection, and whose model it is as LiteLLM, OpenRouter and Vertex AI's OpenAI layer write it."""
PREFIXES = {
    **dict.fromkeys(PROVIDERS, ""),
    "假流式/": "fake",
    "fake/": "fake",
    "流式抗截断/": "full",
    "full/": "full",
}
SUFFIXES = {
    "-假流式": "fake",
    "-fake": "fake",
    "-流式抗截断": "full",
    "-full": "full",
    "-search": "search",
    "-nothinking": "none",
    "-maxthinking": "max",
    "-minimal": "minimal",
    "-low": "low",
    "-medium": "medium",
    "-high": "high",
    "-xhigh": "xhigh",
}


def without_provider(name: str) -> str:
    """The name of a model without the words before it that say whose it is."""
    while found := next((prefix for prefix in PROVIDERS if name.startswith(prefix)), ""):
        name = name.removeprefix(found)
    return name


@dataclass(frozen=True, slots=True)
class Variant:
    """A model with the wishes of its name."""

    model: Model
    fake: bool = False
    """Ask for a whole answer and stream it: for networks that cut long streams."""
    full: bool = False
    """Continue an answer that was cut."""
    search: bool = False
    """Ground the answer in Google Search."""
    effort: str = ""
    """One of thinking.EFFORTS, or nothing."""


def resolve(requested: str, catalogue: Catalogue) -> Variant:
    """Raises ClientFault: 404 when the rest is no model, 400 when two parts of the name contradict each other."""
    if exact := catalogue.models.get(requested):
        return Variant(exact)
    rest, modifiers = _taken_apart(requested, catalogue, catalogue.aliases)
    if rest not in catalogue.models:
        rest, modifiers = _by_pattern(requested, rest, modifiers, catalogue)
    variant = Variant(catalogue.resolve(rest))  # raises, with the nearest ids, when it is none
    for modifier in modifiers:
        variant = _with(variant, modifier, requested)
    if variant.fake and variant.full:
        raise ClientFault(
            say("model.fake_and_full", name=requested),
            param="model",
            way_out=say("model.keep_one"),
        )
    return variant


def _taken_apart(name: str, catalogue: Catalogue, aliases: Mapping[str, str]) -> tuple[str, list[str]]:
    """(what is left of a name, the wishes in it)"""
    rest, modifiers = name, list[str]()
    while rest not in catalogue.models:
        if rest in aliases:
            rest, aliases = aliases[rest], {}
            continue
        affix = _affix(rest)
        if affix is None:
            break
        modifier, rest = affix
        if modifier:
            modifiers.append(modifier)
    return rest, modifiers


def _by_pattern(requested: str, rest: str, modifiers: list[str], catalogue: Catalogue) -> tuple[str, list[str]]:
    """The same for a name that an alias with a `*` fits: without its affixes, or else as it was written."""
    for name, kept in ((rest, modifiers), (requested, list[str]())):
        for pattern, target in catalogue.patterns.items():
            if fnmatchcase(name, pattern):
                found, more = _taken_apart(target, catalogue, {})
                return found, kept + more
    return rest, modifiers


def _affix(name: str) -> tuple[str, str] | None:
    """(what it asks for, the rest), suffixes from the right first."""
    for suffix, modifier in SUFFIXES.items():
        if name.endswith(suffix):
            return modifier, name.removesuffix(suffix)
    for prefix, modifier in PREFIXES.items():
        if name.startswith(prefix):
            return modifier, name.removeprefix(prefix)
    return None


def _with(variant: Variant, modifier: str, requested: str) -> Variant:
    if modifier == "fake":
        return replace(variant, fake=True)
    if modifier == "full":
        return replace(variant, full=True)
    if modifier == "search":
        return replace(variant, search=True)
    if variant.effort and variant.effort != modifier:
        raise ClientFault(
            say("model.two_efforts", name=requested, one=modifier, two=variant.effort),
            param="model",
            way_out=say("model.keep_one"),
        )
    return replace(variant, effort=modifier)


def names_of(model: Model) -> list[str]:
    """The model's name with one wish each, thinking only as far as the model can be told."""
    if not model.chats:
        return []
    efforts: list[str] = []
    if model.abilities.thinking == "level":
        efforts = [level.lower() for level in model.abilities.levels]
    elif model.abilities.thinking == "budget":
        efforts = [*(["nothinking"] if model.abilities.zero_ok else []), "low", "medium", "high", "maxthinking"]
    ways = [f"fake/{model.id}", f"full/{model.id}", f"{model.id}-search"]
    return ways + [f"{model.id}-{effort}" for effort in efforts]


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
