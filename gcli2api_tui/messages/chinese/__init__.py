"""The same sentences in Chinese, for the panel. A test holds keys and placeholders against the English."""

from collections.abc import Mapping

from gcli2api_tui.messages.chinese import a_to_b, c, d_to_e, f_to_h, i_to_m, n_to_p, q_to_r, s_to_t, u_to_z

CHINESE: Mapping[str, str] = {
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
