"""What follows a model that has ended: the chain of Google's successors, as far as the catalogue knows them.

In: an id and the models of a catalogue. Out: models in Google's order, each once. Pure. Whether a model has ended is
not decided here.
"""

from collections.abc import Iterator, Mapping

from gcli2api_tui.gemini.catalogue import Model


def following(model: str, models: Mapping[str, Model]) -> Iterator[Model]:
    """Its successor, that one's, and so on, as far as they are known here; a circle ends where it would begin again."""
    passed = {model}
    while (known := models.get(model)) and known.successor not in passed and (heir := models.get(known.successor)):
        passed.add(heir.id)
        yield heir
        model = heir.id
