"""Data as lines of cells, without widgets: one module for each thing that is shown. Pure."""
