"""The server's life: the lock of a home, what is said at the start, restarts, and a server seen from outside."""
