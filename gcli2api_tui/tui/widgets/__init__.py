"""Widgets that several panes or screens are made of: lines, lists, texts."""
