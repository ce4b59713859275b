"""The process itself: descriptors, signals, the interpreter, children, and a watchdog over its loop."""
