"""The panel: an app of tabs, painted from snapshots; its keys, words and widgets. Imports nothing that serves."""
