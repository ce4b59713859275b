"""What lasts where several instances share it, in PostgreSQL: the same port, and news between instances."""
