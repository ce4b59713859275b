"""`demo`: the real program before a stand-in for Google, with a past, trouble to order, and a script to play."""
