"""From a Call to an answer: attempts on credentials, retries, repairs, continuation, one loop."""
