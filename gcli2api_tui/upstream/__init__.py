"""Ways to Google: connections, tokens, its APIs as backends, and what its refusals mean. Chooses no credential."""
