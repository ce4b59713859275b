"""What is said when a client is pointed here by its own file, in English."""

from collections.abc import Mapping

CONNECT: Mapping[str, str] = {
    "connect.no_client": "'{client}' is no client known here.",
    "connect.clients": "There are: {names}.",
    "connect.not_connected": "Nothing of ours stands in the files of {client}.",
    "connect.not_understood": "{path} is written in a way that is not understood (line {line}), so it is left alone.",
    "connect.too_large": "{path} is too large for a file of settings, so it is left alone.",
    "connect.by_hand": "Put the lines there by hand.",
    "connect.changed": "{path} has changed since the difference was shown.",
    "connect.again": "Look at it again.",
    "connect.other_key": "The server that runs was started with another key (PASSWORD, --password …).",
    "connect.give_key": "Set PASSWORD to that key for this command.",
    "connect.demo": "This is the demo: its address goes when it ends.",
    "connect.demo_instead": "Start gcli2api-tui itself to connect a client.",
    "connect.typed": "{client} keeps this where no other program should write.",
    "connect.type_it": "Type what is shown into it.",
    "connect.done": "{client} is connected. Start: {start}",
    "connect.undone": "{client} is as it was.",
    "verb.connect": "connect",
    "verb.disconnect": "take back the connection of",
    "verb.map_model": "map the name",
    "alias.no_name": "'{name}' cannot be an alias: it is empty, too long, or holds a comma or an equals sign.",
    "alias.mapped": "{name} means {model} from now on.",
}
