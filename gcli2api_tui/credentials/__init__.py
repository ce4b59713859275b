"""Credentials: read from files of any origin, identified, kept on the disk in a vault, owned by one registry."""
