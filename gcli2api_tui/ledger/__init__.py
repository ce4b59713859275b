"""What happened, folded into what is shown: rows, totals, transcripts, the log; told to whoever watches."""
