"""Every text of the panel in English. The first letter of a key says in which module it stands."""

from collections.abc import Mapping

from gcli2api_tui.tui.words.english import a_to_g, h_to_k, l_to_q, r_to_z

ENGLISH: Mapping[str, str] = {
    **a_to_g.TEXTS,
    **h_to_k.TEXTS,
    **l_to_q.TEXTS,
    **r_to_z.TEXTS,
}
