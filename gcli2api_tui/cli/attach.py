"""`attach`: the panel of a server that runs already, of this home or elsewhere.

In: no address for this home's server, or one that a tunnel or TLS leads to; the panel's key from the environment or
typed unseen. Out: the panel. Raises Problem with the way out before a key could be seen by anybody on the way.
"""

import os
import ssl
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from gcli2api_tui.cli.options import HOME
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.shell_line import shell_line

if TYPE_CHECKING:
    from gcli2api_tui.panel_session.terminal import Ended

KEY = "GCLI2API_PANEL_PASSWORD"
PORT = 7861


@click.command()
@click.argument("url", required=False)
@HOME
@click.option("--read-only", is_flag=True, help="Only look: every verb is refused.")
@click.option("--cacert", type=click.Path(), help="The certificate (PEM) that signed the server's, if it is yours.")
@click.option("--lite", is_flag=True, help="Repaint once a second, for slow lines.")
def attach(url: str | None, home: str | None, cacert: str | None, *, read_only: bool, lite: bool) -> None:
    """Show the panel of a server that runs: this home's, or at URL.

    At URL it asks for the panel's key, unless GCLI2API_PANEL_PASSWORD holds it. Use https, or a tunnel: ssh -L.
    """
    from gcli2api_tui.panel_session.attached import run_attached

    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        raise Problem(say("attach.needs_terminal"), say("attach.status_instead"))
    trusted = trusting(cacert) if cacert else None
    where, key, trusted = (_checked(url), _key(), trusted) if url else _running(home)
    ended = run_attached(
        where,
        key,
        read_only=read_only,
        refresh="lite" if lite else None,
        home=home,
        far=bool(url),
        trusted=trusted,
    )
    if ended == "stop" and not url:
        from gcli2api_tui import paths
        from gcli2api_tui.lifecycle import running_server

        running_server.stop(paths.find(home, os.environ), click.echo)
    elif (line := farewell(ended, where)) is not None:
        click.echo(line, err=True)


def farewell(ended: "Ended", url: str) -> str | None:
    """What is said when the screen is gone."""
    if ended == "keep-serving":
        return f"{url} serves on. `gcli2api-tui attach` comes back to it."
    return f"{url} stops." if ended == "stop" else None


def _running(home: str | None) -> tuple[str, Secret, ssl.SSLContext | None]:
    """This home's server, its token, and trust in its certificate."""
    from gcli2api_tui import paths
    from gcli2api_tui.control import run_file, server_certificate

    running = run_file.read(paths.find(home, os.environ).run_file)
    if running is None:
        raise Problem(say("cli.no_server"), say("cli.start_one"))
    return running.url, running.token, server_certificate.trusting(running.certificate)


def _checked(url: str) -> str:
    """An address where no stranger hears the key. Raises Problem."""
    try:
        where = urlsplit(url if "://" in url else f"http://{url}")
        host, port = where.hostname or "", where.port or (443 if where.scheme == "https" else PORT)
    except ValueError:
        host, port, where = "", 0, urlsplit("")
    if (
        not host
        or host.startswith("-")
        or where.scheme not in ("http", "https")
        or where.username
        or where.path.strip("/")
    ):
        raise Problem(say("attach.no_url", url=url[:200]), say("attach.url_form"))
    if where.scheme == "http" and not _is_loopback(host):
        tunnel = shell_line("ssh", "-L", f"{port}:127.0.0.1:{port}", host)
        raise Problem(say("attach.in_clear", host=host), say("attach.tunnel", line=tunnel, port=port))
    return f"{where.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key() -> Secret:
    if given := os.environ.get(KEY):
        return Secret(given)
    typed: str = click.prompt("Panel key", hide_input=True, err=True)
    return Secret(typed.strip())


def trusting(cacert: str) -> ssl.SSLContext:
    """The machine's own certificates, and these. Raises Problem where there are none to read."""
    from gcli2api_tui.upstream.certificate_authorities import trusted_authorities

    context = trusted_authorities(loopback_only=True)
    try:
        context.load_verify_locations(cacert)
    except (OSError, ssl.SSLError) as error:
        why = str(getattr(error, "strerror", None) or error)
        raise Problem(say("attach.no_cacert", path=cacert, why=why)) from None
    return context
