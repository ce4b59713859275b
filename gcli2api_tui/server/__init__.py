"""HTTP: the listener and its connections, who asks, the routes of each API, the fast way and the slow one."""
