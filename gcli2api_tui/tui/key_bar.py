"""The key bar: what acts now, most useful first, as many as fit.

In: the bindings of the screen. Out: `Tapped` with the key.
"""

from textual.reactive import reactive

from gcli2api_tui.tui.choices import TappableLine
from gcli2api_tui.tui.key_table import BAR
from gcli2api_tui.tui.keys import sign
from gcli2api_tui.tui.paint.cells import Line, width_of


class KeyBar(TappableLine):
    """The keys that act now, as many as fit, and always `? more` at the end."""

    typing: reactive[bool] = reactive(False)
    idle: frozenset[str] = frozenset()
    """Ids that would only say why they do nothing."""

    def watch_typing(self) -> None:
        self.repaint()

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        more = self._more()
        if self.typing:
            return [("", ((self.look.words("bar.input"), "dim"),))]
        shown: list[tuple[str, Line]] = []
        room = width - width_of(more[1])
        for name, piece in self._hints():
            if width_of(piece) <= room:
                shown.append((name, piece))
                room -= width_of(piece)
        return [*shown, more]

    def _more(self) -> tuple[str, Line]:
        """The help, by the key that opens it; where it is no key, nothing leads there."""
        active = self.screen.active_bindings.values()
        keys = [entry.binding.key for entry in active if entry.binding.id == "app.help" and entry.enabled]
        if not keys:
            return "", ()
        return keys[0], ((sign(keys[0]), "key"), (f" {self.look.words('help.more')}", "dim"))

    def _hints(self) -> list[tuple[str, Line]]:
        active = [entry for entry in self.screen.active_bindings.values() if entry.enabled and entry.binding.show]
        first: dict[str, str] = {}
        for entry in active:
            first.setdefault(entry.binding.id or "", entry.binding.key)
        ids = sorted((name for name in first if name in BAR and name not in self.idle), key=BAR.index)
        return [(first[name], self._hint(first[name], name)) for name in ids]

    def _hint(self, name: str, binding: str) -> Line:
        gap = " " if self.size.width < 60 else "  "
        return ((sign(name), "key"), (f" {self.look.words(f'key.{binding}')}{gap}", "dim"))
