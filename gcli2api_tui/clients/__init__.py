"""Client keys: what each may do, what it has used, and the gate that every request of one goes through."""
