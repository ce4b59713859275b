"""A hundred refusals that nobody has seen before, through a pool of three keys: `python tests/alien_refusals.py`.

In: a seed and a number. Out: for each refusal what the client got, how many vain calls it cost, and whether the next
ordinary request was served. The bound on vain calls is the number of credentials (each may own what the request names,
so each is asked once) or, where something on the way answers, the four `attempts` of a broken connection.
"""

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from stand_in import HELLO, Pool, Reply, StandIn, case, pool, refusal

KEYS = ("k1", "k2", "k3")
ATTEMPTS = 4
SYLLABLES = ("zor", "mip", "quel", "tar", "unda", "plish", "gav", "ost", "rill", "embo")
WORDS = {400: "FAILED_PRECONDITION", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
NAMED = ("request-file", "request-cache", "request-bucket")
CASES = ("file-of-another-key", "file-not-active", "cache-is-over", "bucket-denied")
PAGES = ("page-403-front-end", "page-404-front-end", "page-403-nginx")
INFO = "type.googleapis.com/google.rpc.ErrorInfo"


@dataclass(frozen=True)
class Result:
    """One refusal, over."""

    what: str
    status: int
    vain: int
    served_after: bool
    states: tuple[str, ...]


def invented(dice: random.Random) -> str:
    """A word of no language."""
    return "".join(dice.choices(SYLLABLES, k=dice.randint(2, 4)))


def sentence(dice: random.Random) -> str:
    return " ".join(invented(dice) for _ in range(dice.randint(2, 9))).capitalize() + "."


def aliens(dice: random.Random) -> Iterator[tuple[str, Any, Reply]]:
    """(what it is, the request, what every key is told) without end."""
    while True:
        asks = case(f"blame/{dice.choice(NAMED)}.json")
        code = dice.choice(list(WORDS))
        reason = {"@type": INFO, "reason": invented(dice).upper(), "domain": "googleapis.com"}
        yield "invented words", asks, refusal(code, sentence(dice), WORDS[code])
        yield "an invented reason", asks, refusal(code, sentence(dice), WORDS[code], reason)
        yield "invented words about nothing", HELLO, refusal(code, sentence(dice), WORDS[code])
        yield "stock words", asks, refusal(403, "The caller does not have permission", "PERMISSION_DENIED")
        name = dice.choice(CASES)
        found = case(f"blame/{name}.json")
        yield name, asks, (found["status"], json.dumps(found["body"]).encode(), "application/json")
        name = dice.choice(PAGES)
        page = case(f"blame/{name}.json")
        yield name, HELLO, (dice.choice((400, 401, 403, 404, 429)), page["text"].encode(), "text/html")
        gateway = json.dumps({invented(dice): sentence(dice), "code": code}).encode()
        yield "a gateway's JSON", HELLO, (dice.choice((401, 403, 404, 407)), gateway, "application/json")


async def play(number: int, seed: int) -> list[Result]:
    """One pool for all of them: whom one takes out is missing ever after."""
    dice = random.Random(seed)
    async with pool(*KEYS, google=StandIn()) as one:
        there = aliens(dice)
        return [await _one(one, dice, *next(there)) for _ in range(number)]


async def _one(one: Pool, dice: random.Random, what: str, asks: Any, found: Reply) -> Result:
    one.google.answer = lambda who: found
    answer = await one.native(asks, stream=dice.random() < 0.5)
    vain = len(one.google.asked)
    return Result(what, answer.status, vain, await one.is_well(), tuple(one.states))


def main() -> int:
    number, seed = (int(word) for word in (*sys.argv[1:], "100", "9")[:2])
    results = asyncio.run(play(number, seed))
    by_kind: dict[str, list[Result]] = {}
    for result in results:
        by_kind.setdefault(result.what, []).append(result)
    for what, some in sorted(by_kind.items()):
        statuses = sorted({result.status for result in some})
        print(f"{what:30} {len(some):3} times, at most {max(result.vain for result in some)} vain calls, {statuses}")
    lost = [result for result in results if not result.served_after or set(result.states) != {"ready"}]
    most, total = max(result.vain for result in results), sum(result.vain for result in results)
    print(f"{len(results)} refusals, seed {seed}: {total} vain calls, at most {most}; {len(lost)} cost a credential")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
