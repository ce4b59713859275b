"""Looking at a server from another process, on this machine or from afar."""

from collections.abc import Mapping

ATTACH: Mapping[str, str] = {
    "attach.lost": "No answer from {url} ({why}).",
    "attach.ended": "{url} closed the line.",
    "attach.no_line": "The line to the server is lost, {seconds} s ago; it is tried again.",
    "attach.not_ours": "What answers there is no gcli2api-tui (status {status}).",
    "attach.check_url": "Is the address right, and does it lead to its port?",
    "attach.strange": "The server answers what this version does not understand ({why}).",
    "attach.same_version": "Use the same version of gcli2api-tui on both sides.",
    "attach.version": "The server there is version {theirs}, this is {ours}.",
    "attach.untrusted": "The server's certificate is not trusted: {why}.",
    "attach.other_certificate": "It shows another one than before (SHA-256 {now}, before {before}).",
    "attach.renewed": "If it was renewed on purpose, attach again with --cacert FILE; if not, somebody else answers.",
    "attach.cacert": "Give the certificate that signed it with --cacert FILE.",
    "attach.no_cacert": "{path} holds no certificate that can be read ({why}).",
    "attach.in_clear": "Over http the panel's key would be seen by everybody between here and {host}.",
    "attach.tunnel": "Use https, or a tunnel: `ssh -L {port}:127.0.0.1:{port} {host}`, then `attach http://127.0.0.1:{port}`.",
    "attach.no_url": "`{url}` is no address of a server.",
    "attach.url_form": "It looks like http://127.0.0.1:7861 or https://host:port.",
    "attach.wrong_key": "The server does not take this key.",
    "attach.which_key": "It wants the panel's key: `gcli2api-tui key --panel` prints it there.",
    "attach.read_only": "This panel only looks (--read-only).",
    "attach.start_again": "Start it without --read-only to change something.",
    "attach.connect_there": "The clients' files are on the machine of whoever uses them, and the key does not travel.",
    "attach.connect_how": "Run `gcli2api-tui connect` on the server's machine.",
    "attach.not_read": "{path} cannot be read: {why}.",
    "attach.too_large": "{path} is larger than {mb} MB.",
    "attach.no_files": "There is no file with credentials in {path}.",
    "attach.needs_terminal": "A panel needs a terminal.",
    "attach.status_instead": "`gcli2api-tui status` says the same as text.",
}
