"""What happened, as records; what went wrong, as errors; secrets. Knows nothing of ours."""
