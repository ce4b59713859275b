"""Several instances that share a database."""

CLUSTER = {
    "cluster.url": "The address of the shared database cannot be used.",
    "cluster.url_form": "It is postgresql://user:password@host:5432/database.",
    "cluster.no_psycopg": "state_url names a shared database, and the program that speaks to it is not installed.",
    "cluster.install": "Install gcli2api-tui[cluster].",
    "cluster.away": "The database is away; this instance serves from what it knows and keeps its counts: {why}",
    "cluster.not_yet": "The database has not answered yet; this instance serves what it has until it does.",
}
