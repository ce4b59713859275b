"""What the app does when a key or a pane asks: one module for each area."""
