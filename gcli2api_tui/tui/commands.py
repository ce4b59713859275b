"""What can be done by name: the entries of the palette, as tabs offer them. A tab knows no palette."""

from collections.abc import Callable

from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """`text` is shown and searched, `kind` says what it is (`kind.<kind>` in the words); `key` does the same.

    `tab` is where it is done: that one opens first.
    """

    text: str
    kind: str
    run: Callable[[], None]
    key: str = ""
    tab: str = ""
    changes: bool = False
    """As of a key: a panel that only looks leaves it out."""
