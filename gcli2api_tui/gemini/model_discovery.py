"""What Google's own lists of models change in the catalogue.

In: a catalogue from files, and one list of each credential that could tell one. Out: a new catalogue. A list adds what
it names and tells true sizes; it takes away only where every credential of a backend told its list, and never from the
person's own entries. What no list names is not shown any more and can still be asked for: lists lag.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from gcli2api_tui.gemini.catalogue import ID, Catalogue, Model, named
from gcli2api_tui.quick_dataclass import dataclass

SERVED_METHODS = ("generateContent", "countTokens", "embedContent")
"""What can be asked of a model here; one that offers none of it is not shown."""


@dataclass(frozen=True, slots=True)
class DiscoveredModel:
    """One model in a list. `id` is the one on the wire; 0 and () say that the list does not tell."""

    id: str
    input_limit: int = 0
    output_limit: int = 0
    methods: tuple[str, ...] = ()
    thinks: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """What the credentials of one backend told."""

    offered: tuple[DiscoveredModel, ...]
    complete: bool
    """Every credential of the backend told its list."""
    adds: bool
    """It describes its models, so that those that are new here can be served; quota buckets do not."""


def discovered(catalogue: Catalogue, told: Mapping[str, Lists], present: Collection[str], day: str = "") -> Catalogue:
    """`told` by backend; a backend without an entry has no lists. `present`: the backends that have a credential.

    `day` is today as YYYY-MM-DD: what has ended by Google's dates is not asked where it lives on elsewhere.
    """
    models = {name: _updated(model, told) for name, model in catalogue.models.items()}
    unlisted = set()
    for name, known in catalogue.models.items():
        if present and not models[name].backends.intersection(present) and known.backends.intersection(present):
            models[name] = known  # nobody lists it: ask all the same
            unlisted.add(name)
    for backend, lists in told.items():
        for new in _new(backend, lists, catalogue):
            before = models.get(new.id)
            models[new.id] = replace(new, backends=before.backends | new.backends) if before else new
    aged = {name: _aged(model, models, present, day) for name, model in models.items()}
    return replace(catalogue, models=aged, unlisted=frozenset(unlisted))


def with_dates(catalogue: Catalogue, dates: Mapping[tuple[str, str], str]) -> Catalogue:
    """With the days that Google's answers told, by (model, backend); the person's own entries stay as they are."""
    changed: dict[str, Model] = {}
    for (name, backend), day in dates.items():
        model = changed.get(name) or catalogue.models.get(name)
        if model and not model.own and model.ends.get(backend) != day:
            changed[name] = replace(model, ends={**model.ends, backend: day})
    return replace(catalogue, models={**catalogue.models, **changed}) if changed else catalogue


def _aged(model: Model, models: Mapping[str, Model], present: Collection[str], day: str) -> Model:
    """Without the backends where it has ended; ended everywhere, with its successor's abilities.

    Google answers for some ended models with their successor, by the successor's rules.
    """
    serving = model.backends.intersection(present) or model.backends
    over = {backend for backend in serving if model.ended(backend, day)}
    if over != serving:
        return replace(model, backends=model.backends - over) if over else model
    heir = models.get(model.successor)
    if heir is None:
        return model
    return replace(model, abilities=replace(heir.abilities, model=model.id), version=heir.version)


def _updated(model: Model, told: Mapping[str, Lists]) -> Model:
    """The model without the backends that do not list it, with Google's figures."""
    if model.own:
        return model
    gone = set()
    for backend in model.backends & told.keys():
        offer = next((one for one in told[backend].offered if one.id == model.on_wire(backend)), None)
        if offer:
            model = _sized(model, offer)
        elif told[backend].complete and told[backend].offered:
            gone.add(backend)
    return replace(model, backends=model.backends - gone)


def _sized(model: Model, offer: DiscoveredModel) -> Model:
    return replace(
        model,
        input_limit=offer.input_limit or model.input_limit,
        output_limit=offer.output_limit or model.output_limit,
        methods=tuple(method for method in SERVED_METHODS if method in offer.methods) or model.methods,
        thinks=offer.thinks or model.thinks,
    )


def _new(backend: str, lists: Lists, catalogue: Catalogue) -> Iterable[Model]:
    """Models that chat or embed and that nothing here names yet, by its id, its id on the wire or an alias."""
    known = {model.on_wire(backend) for model in catalogue.models.values()} | catalogue.models.keys()
    for offer in lists.offered if lists.adds else ():
        useful = {"generateContent", "embedContent"}.intersection(offer.methods) and ID.fullmatch(offer.id)
        if useful and offer.id not in known and offer.id not in catalogue.aliases:
            yield _sized(named(offer.id, frozenset({backend})), offer)
