"""A refusal that turns out to be about a thing keeps all that Google said of it."""

from gcli2api_tui.events.problems import WAY_OUT, FaultKind, Proof, UpstreamFault
from gcli2api_tui.relay.fault_rules import about_a_thing


def test_of_a_refusal_about_a_thing_only_the_kind_and_the_way_out_are_new():
    said = UpstreamFault(
        FaultKind.FORBIDDEN, "no such file", status=403, reason="DENIED", link="https://x/help", proof=Proof.NONE
    )
    found = about_a_thing(said)
    assert (found.kind, found.way_out) == (FaultKind.RESOURCE, WAY_OUT[FaultKind.RESOURCE])
    assert (found.message, found.status, found.reason, found.link) == ("no such file", 403, "DENIED", "https://x/help")
