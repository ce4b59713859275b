"""The way to Google: proxies, certificates, whether its hosts answer, and what their clocks say of ours.

In: settings and the environment. Out: findings. A machine without a network is a warning, not a fault: the doctor is
asked there too. Nothing is sent but a HEAD to each host, without any key.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.request import getproxies

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.credentials.credential import shown_proxy
from gcli2api_tui.doctor.report import Finding, Level, bad, ok, warn
from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.upstream.certificate_authorities import how_many, named_place
from gcli2api_tui.upstream.oauth_client import endpoints
from gcli2api_tui.upstream.reachability import Reached, reach

SKEW_S = 60.0
"""Beyond it expiry times mislead; from BAD_SKEW_S on Google refuses what is signed here."""
BAD_SKEW_S = 300.0
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")

TROUBLES: Mapping[str, tuple[str, str]] = {
    "name": ("doctor.no_name", "doctor.check_network"),
    "certificate": ("doctor.untrusted", "doctor.trust"),
    "proxy": ("doctor.proxy_fails", "doctor.check_proxy"),
    "refused": ("doctor.refused", "doctor.check_network"),
    "silent": ("doctor.silent", "doctor.check_network"),
}


def network(chosen: Settings, environ: Mapping[str, str], clock: Clock) -> Iterator[Finding]:
    yield (certificates := _certificates(environ))
    if (proxies := getproxies()) and (used := [name for name in ("https", "http", "all") if proxies.get(name)]):
        yield ok("network", say("doctor.proxy", proxy=shown_proxy(proxies[used[0]])))
    if certificates.level is Level.BAD:  # no host could be asked
        return
    found = reach(addresses(chosen), clock)
    yield from _hosts(found)
    yield from _clock(found)


def addresses(chosen: Settings) -> tuple[str, ...]:
    """Of Google's, as they are set."""
    vertex = chosen.vertex_base_url or "https://aiplatform.googleapis.com"
    oauth = endpoints(chosen.oauth_base_url).token
    return tuple(dict.fromkeys((chosen.gemini_base_url, chosen.code_assist_endpoint, oauth, vertex)))


def _certificates(environ: Mapping[str, str]) -> Finding:
    """Those that are trusted: a variable that leads nowhere breaks every connection."""
    for name in CERTIFICATES:
        if (path := environ.get(name, "")) and not Path(path).exists():
            return bad("network", say("doctor.no_certificates", name=name, path=path), say("doctor.unset", name=name))
    try:
        said = say("doctor.certificates", bundle=named_place() or "certifi", n=how_many())
    except StartFault as fault:
        return bad("network", fault.message, fault.way_out)
    return ok("network", said)


def _hosts(found: Sequence[Reached]) -> Iterator[Finding]:
    """Each that answers; those with one trouble in one line."""
    for one in found:
        if not one.trouble:
            yield ok("network", say("doctor.answers", host=one.host, ms=round(one.took_s * 1000)))
    for trouble, why in dict.fromkeys((one.trouble, one.why) for one in found if one.trouble):
        hosts = ", ".join(one.host for one in found if (one.trouble, one.why) == (trouble, why))
        said, way_out = TROUBLES[trouble]
        yield warn("network", say(said, host=hosts, why=why), say(way_out))


def _clock(found: Sequence[Reached]) -> Iterator[Finding]:
    told = [one.ahead_s for one in found if one.ahead_s is not None]
    if not told:
        return
    ahead_s = sorted(told)[len(told) // 2]
    said: Message = say("doctor.clock_ahead" if ahead_s > 0 else "doctor.clock_behind", s=round(abs(ahead_s)))
    if abs(ahead_s) > BAD_SKEW_S:
        yield bad("network", said, say("doctor.set_clock"))
    elif abs(ahead_s) > SKEW_S:
        yield warn("network", said, say("doctor.set_clock"))
    else:
        yield ok("network", say("doctor.clock"))
