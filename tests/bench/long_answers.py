"""200,000 tokens in hops with a cut in the third, through real processes and SDKs, byte for byte.

`python tests/bench/long_answers.py [words]`: each dialect, streamed and whole, from a server in front of a stand-in
for Google; a line each with the time it took. All traffic is on 127.0.0.1. Ends with status 1 if a text is another.
The last run: docs/performance.md.
"""

import sys
import tempfile
import time
from pathlib import Path

from measures import programs

sys.path.insert(0, str(Path(__file__).parent.parent))
from clients.test_long_answers import whole
from sdk_readers import READERS

HOP = 65_536
WORDS = 152_000
"""About 200,000 tokens, as the stand-in counts them."""


def run(words: int) -> int:
    """How many dialects were wrong."""
    wrong = 0
    with (
        tempfile.TemporaryDirectory() as home,
        programs.simulator() as google,
        programs.server_with_key(Path(home), google) as url,
    ):
        for dialect, reader in READERS.items():
            prompt = f"A book for {dialect} [sim:words={words}]"
            wanted = whole(google, prompt)
            programs.fetch(f"{google}/sim/hop-tokens", {"hop_tokens": HOP})
            programs.fetch(f"{google}/sim/faults", {"kind": "cut", "hop": 3, "after": 5000})
            began = time.monotonic()
            read = reader(url, "pwd", prompt, 400_000)
            same = read.text == wanted
            wrong += not same
            print(
                f"{'same' if same else 'WRONG'}  {dialect}: {read.output_tokens:,} tokens, "
                f"{len(read.text.encode()):,} bytes, {read.end}, {time.monotonic() - began:.1f} s",
                flush=True,
            )
            if programs.fetch(f"{google}/sim/faults")["waiting"]:
                print("WRONG  the cut did not happen")
                wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(bool(run(int(sys.argv[1]) if len(sys.argv) > 1 else WORDS)))
