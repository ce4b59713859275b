"""Several instances that share a database, and panels that look at a server from another process."""

from collections.abc import Mapping

INSTANCES: Mapping[str, str] = {
    # Several instances that share a database.
    "cluster.url": "The address of the shared database cannot be used.",
    "cluster.url_form": "It is postgresql://user:password@host:5432/database.",
    "cluster.no_psycopg": "state_url names a shared database, and the program that speaks to it is not installed.",
    "cluster.install": "Install gcli2api-tui[cluster].",
    "cluster.away": "The database is away; this instance serves from what it knows and keeps its counts: {why}",
    "cluster.last_known": (
        "The database is away; this instance serves from its last known state, of {at}, and keeps its counts: {why}"
    ),
    "cluster.no_answer": "The shared database does not answer: {why}",
    "cluster.see": "See `gcli2api-tui doctor`.",
    "cluster.newer": (
        "The shared database is of a newer gcli2api-tui (its tables have version {version}, this one knows {known})."
    ),
    "cluster.later": "The shared database took nothing: {why}",
    "cluster.when_it_starts": "What was asked for waits in {path}; the next server of this home brings it there.",
    "cluster.not_yet": "The database has not answered yet; this instance serves what it has until it does.",
    "cluster.no_seal": "Credentials in the shared database are sealed, and no key for that is set.",
    "cluster.make_seal": "Make one with `gcli2api-tui cluster new-key`, and set seal_key or seal_key_file to it.",
    "cluster.bad_seal": "seal_key is no base64 of 32 bytes.",
    "cluster.not_opened": "No key that is set opens this credential in the shared database.",
    "cluster.right_seal": "Add the key that sealed it to seal_key, after a comma.",
    "cluster.no_change": "The shared database takes nothing now: {why}",
    "cluster.when_back": "Nothing was changed; try again when it is back.",
    "cluster.no_keys": (
        "Instances on one database must agree on their keys, and {name} is neither in the "
        "environment nor in the database."
    ),
    "cluster.keys_away": "The keys for people are in the shared database, and it cannot be asked: {why}",
    "cluster.keys_here": "Start again when it is back; with PASSWORD and PANEL_PASSWORD set, a start does without it.",
    "cluster.set_keys": "Set PASSWORD and PANEL_PASSWORD, or run `gcli2api-tui cluster keys` once where they are set.",
    "cluster.resealed": "{n} secrets are sealed with the first key; the others are not needed any more.",
    "cluster.resealed_not": (
        "{n} secrets were sealed with a key that is not set; the others are sealed with the first one."
    ),
    "cluster.keys_kept": "The client key and the panel key are in the database, sealed.",
    "cluster.none": "No shared database is named: set GCLI2API_STATE_URL.",
    "cluster.server_runs": "A server runs on this home at {url}.",
    "cluster.stop_first": "Stop it first: gcli2api-tui stop",
    "cluster.moved_in": (
        "{n} rows and {credentials} credentials are in the shared database now; state.db was "
        "renamed, and the credentials' files are in trash/."
    ),
    "cluster.moved_out": "{n} rows and {credentials} credentials are in this home now; the database still has them.",
    "cluster.has_state": "{path} is there already.",
    "cluster.move_away": "Move it away, or choose another home with --home.",
    # Looking at a server from another process, on this machine or from afar.
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
