"""What lasts, in SQLite: schema, statements, a writer in its thread, readers."""
