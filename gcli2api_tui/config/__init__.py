"""Settings: how each is declared, read from all places, changed while the server runs; and tables of a person."""
