"""Several instances that share a database."""

CLUSTER = {
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
}
