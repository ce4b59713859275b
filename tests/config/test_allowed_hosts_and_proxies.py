"""What people write for allowed_hosts and trusted_proxies, and what it means."""

import pytest

from gcli2api_tui.config.allowed_hosts_and_proxies import as_address, named, networks
from gcli2api_tui.config.settings_loading import parse
from gcli2api_tui.events.problems import SettingsFault


@pytest.mark.parametrize(
    ("name", "typed"),
    [("allowed_hosts", "proxy.example, *.lan, 10.0.0.1, [fd00::1], *"), ("allowed_hosts", "my_host"),
     ("trusted_proxies", "127.0.0.1, 10.0.0.0/8, fd00::/8")],
)  # fmt: skip
def test_what_is_taken(name: str, typed: str) -> None:
    assert parse(name, typed) == typed


@pytest.mark.parametrize(
    ("name", "typed", "part"),
    [("allowed_hosts", "a.example, http://b.example", "http://b.example"), ("allowed_hosts", "a*.b", "a*.b"),
     ("allowed_hosts", "a.example:443", "a.example:443"), ("trusted_proxies", "10.0.0.1, proxy", "proxy"),
     ("trusted_proxies", "10.0.0.0/33", "10.0.0.0/33")],
)  # fmt: skip
def test_what_is_refused_names_the_part(name: str, typed: str, part: str) -> None:
    with pytest.raises(SettingsFault) as refused:
        parse(name, typed)
    assert part in refused.value.sentence and refused.value.key == name


def test_a_star_before_a_dot_means_all_below_and_not_the_name_itself() -> None:
    assert named("a.b.example", "x, *.example") and named("y", "*")
    assert not named("example", "*.example") and not named("evilexample", "*.example") and not named("a", "")


def test_an_address_of_ipv4_in_ipv6_is_one_of_ipv4() -> None:
    assert as_address("::ffff:10.0.0.1") == as_address("10.0.0.1") and as_address("nobody") is None
    assert as_address("10.1.2.3") in networks("10.0.0.0/8")[0]
