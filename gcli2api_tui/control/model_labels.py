"""The names that models have in metrics and traces: those of the catalogue, and one for all others.

In: a name as a client sent it. Out: the model that is meant by it. Clients may send any text: what the catalogue does
not know is `other`, so that nobody makes rows without end. Few names come again and again; what they mean is kept.
"""

from collections.abc import Callable

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.variants import resolve
from gcli2api_tui.ledger.metrics import OTHER

KEPT = 256


class ModelLabels:
    """Asks for the catalogue each time: it changes while the program runs."""

    def __init__(self, catalogue: Callable[[], Catalogue]) -> None:
        self._catalogue = catalogue
        self._kept_of: Catalogue | None = None
        self._kept: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        catalogue = self._catalogue()
        if catalogue is not self._kept_of or len(self._kept) >= KEPT:
            self._kept_of, self._kept = catalogue, {}
        if name not in self._kept:
            self._kept[name] = _label(name, catalogue)
        return self._kept[name]


def _label(name: str, catalogue: Catalogue) -> str:
    try:
        model = resolve(name, catalogue).model.id
    except ClientFault:
        return OTHER
    return model if model in catalogue.models else OTHER
