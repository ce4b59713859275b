"""How each client is pointed at this server: what is typed, and which lines of its own files change."""
