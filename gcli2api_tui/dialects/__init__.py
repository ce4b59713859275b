"""Clients' APIs: a body becomes a Call of Google's shape, an answer the dialect's own. Pure."""
