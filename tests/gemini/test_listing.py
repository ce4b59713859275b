"""Lists of models: what the backends serve, and the names that lead there."""

from gcli2api_tui.gemini.aliases import with_aliases
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.listing import listed

PRO, FLASH = Model("pro", frozenset({"gemini-api"})), Model("flash", frozenset({"code-assist"}))
CATALOGUE = with_aliases(Catalogue({PRO.id: PRO, FLASH.id: FLASH}), "gpt=pro, mini=flash-fake, pro=flash")


def test_without_backends_all_is_listed_once() -> None:
    assert listed(CATALOGUE, set()) == ["pro", "flash", "gpt", "mini"]


def test_only_what_a_backend_serves() -> None:
    assert listed(CATALOGUE, {"code-assist"}) == ["flash", "mini"]
