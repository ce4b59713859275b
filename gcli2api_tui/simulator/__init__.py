"""A stand-in for Google that refuses, answers and breaks as Google does; knows nothing of ours."""
