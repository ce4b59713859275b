"""Every sentence for people, in English: key → template. Logs, the command line and the API say these.

The first letter of a key says in which module it stands.
"""

from collections.abc import Mapping

from gcli2api_tui.messages.english import a_to_b, c, d_to_e, f_to_h, i_to_m, n_to_p, q_to_r, s_to_t, u_to_z

ENGLISH: Mapping[str, str] = {
    **a_to_b.TEXTS,
    **c.TEXTS,
    **d_to_e.TEXTS,
    **f_to_h.TEXTS,
    **i_to_m.TEXTS,
    **n_to_p.TEXTS,
    **q_to_r.TEXTS,
    **s_to_t.TEXTS,
    **u_to_z.TEXTS,
}
