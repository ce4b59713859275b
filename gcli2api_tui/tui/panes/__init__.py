"""The tabs and their parts: data in by a method, messages out."""
