"""Our program as a later release might be: one step more in the tables, which adds to all of them.

What an upgrade of a running cluster meets: `tests/guarded.py`'s program beside this one's on the same database.
"""

import re
from collections.abc import Mapping, Sequence

TABLE = "CREATE TABLE later (name TEXT PRIMARY KEY)"
Steps = Sequence[Sequence[str]]


def later_parts() -> Mapping[str, Steps]:
    """Today's steps, and one in which every table gets a column."""
    from gcli2api_tui.state.postgresql import schema

    words = " ".join(one for steps in schema.PARTS.values() for step in steps for one in step)
    tables = dict.fromkeys(re.findall(r"CREATE TABLE (\w+)", words))
    columns = [f"ALTER TABLE {name} ADD COLUMN later TEXT NOT NULL DEFAULT 'later'" for name in tables]
    return schema.PARTS | {"cluster": (*schema.PARTS["cluster"], (TABLE, *columns))}


if __name__ == "__main__":
    from gcli2api_tui.cli.commands import main
    from gcli2api_tui.state.postgresql import schema

    schema.PARTS = dict(later_parts())
    main(prog_name="gcli2api-tui")
