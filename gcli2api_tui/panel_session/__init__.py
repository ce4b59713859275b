"""A panel in the process that starts it: opened on its terminal, shown until it is left, attached to a server."""
