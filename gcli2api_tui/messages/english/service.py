"""The life of the server's process: start, background, stop, restart, its log."""

from collections.abc import Mapping

SERVICE: Mapping[str, str] = {
    "service.killed": "The server was ended from outside (signal {signal}); `gcli2api-tui` starts it again.",
    "service.serves_here": "Still serving on {url}. Ctrl+C or `kill {pid}` stops it.",
    "service.serves_demo": "Still serving the demo on {url}, as process {pid}. `kill {pid}` ends it.",
    "service.serves": (
        "Still serving on {url}, as process {pid}. `gcli2api-tui{home}` opens the panel again, "
        "`gcli2api-tui stop{home}` stops it."
    ),
    "service.stopped": "Stopped: process {pid} is gone.",
    "service.kills": "It did not end in time: process {pid} is killed.",
    "service.still_running": (
        "Waiting for running answers; Ctrl+C leaves this wait, `gcli2api-tui stop{home} --now` ends them."
    ),
    "service.hangs": "The server of this home (process {pid}) does not answer.",
    "service.stop_now": "`gcli2api-tui stop{home} --now` ends it.",
    "service.look_for_it": "Wait a moment; if it stays so, look for its process.",
    "service.ask_to_kill": "End it, and start a new one?",
    "service.flags_start": (
        "--host and --port are for a start: leave them out to see its panel, "
        "or stop it first with `gcli2api-tui stop{home}`."
    ),
    "service.ask_to_restart": (
        "The server that runs here is version {version}, and this is {own}. Restart it, as soon as no answer runs?"
    ),
    "service.version_apart": (
        "The server is version {version}, and this is {own}: "
        "`gcli2api-tui restart{home} --when-idle` brings them together."
    ),
    "service.restarted": "Restarted: {url}, process {pid}, version {version}.",
    "service.not_back": "The server ended and did not come back.",
    "service.read_log": "`gcli2api-tui logs{home}` says why; `gcli2api-tui serve{home}` starts it.",
    "service.no_restart": "This server cannot restart itself.",
    "service.stop_and_start": "Stop it, and start it again.",
    "service.no_background": "Here a server cannot leave its terminal.",
    "service.background_there": "Start `gcli2api-tui serve` by the system's own means for services.",
    "service.with_panel": "Process {pid}, with a panel in a terminal.",
    "service.without_panel": "Process {pid}, in the background.",
    "service.lines_lost": "{n} lines of the log could not be written.",
    "service.no_log": "There is no log in {folder}.",
    "service.log_on": "A server writes it where the setting log_file is on: `gcli2api-tui config show{home}`.",
    "service.begins": "gcli2api-tui {version} serves on {url}, as process {pid}.",
    "service.told_to_stop": "A signal tells the server to stop.",
    "service.panel_left": "The panel is closed; the server goes on without it.",
    "service.panel_lost": "The panel has lost its terminal, or crashed; the server goes on without it.",
    "service.left": "The server goes on at {url}, as process {pid}.",
    "service.ends": "The server of this home stops (process {pid}); its last answers run. A new one starts after it.",
    "service.others_home": "The folder {folder} belongs to another user, who may run a server there.",
    "service.as_its_user": "Ask as that user, or choose a --home of your own.",
}
