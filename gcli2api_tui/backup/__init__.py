"""`backup` and `restore`: one archive of what a home holds that nobody could make again."""
