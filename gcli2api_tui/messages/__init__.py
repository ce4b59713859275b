"""Sentences for people, by key, in two languages: what is said by the server, the pool, the control and commands."""
