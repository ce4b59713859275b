"""Coming over from another program: what is offered, shown, taken; and what gcli2api left, at each start."""
