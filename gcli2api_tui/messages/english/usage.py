"""What was used, and list prices, in English."""

from collections.abc import Mapping

USAGE: Mapping[str, str] = {
    "usage.the_key": "the client key",
    "usage.nobody": "(none)",
    "usage.removed": "removed {id}",
    "usage.unreadable": "What was used cannot be read: {why}.",
    "usage.days": "'days' is a whole number from 1 to {most}.",
    "prices.unread": "prices.toml cannot be read: {why}.",
    "prices.shipped": "Until then the prices that came with the program are used.",
    "prices.toml": "prices.toml is not valid TOML: {error}.",
    "prices.not_understood": "'{name}' in prices.toml is not understood.",
    "prices.each": "Each price is [[price]] with model, input and output.",
    "prices.date": "'date' in prices.toml is no day: '{day}'.",
    "prices.from": "{what} has a wrong day in 'from': '{day}'.",
    "prices.write_day": 'Write it as "2026-12-01".',
    "prices.a_price": "A price in prices.toml",
    "prices.of": "The price of '{model}' in prices.toml",
    "prices.needs": "A price needs input and output, in US dollars per million tokens.",
    "prices.number": "Write US dollars per million tokens, as 0.75.",
    "prices.long": "Write long = {{ input = 4.0, output = 18.0 }}.",
}
