"""Folders of other programs, read: which one lies where, and what of it can come over."""
