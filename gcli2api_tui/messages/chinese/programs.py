"""Starting, settings and the command line, in Chinese."""

from collections.abc import Mapping

PROGRAMS: Mapping[str, str] = {
    "cli.no_answer": "位于 {url} 的服务没有应答。",
    "cli.if_it_hangs": "如果它卡住了，请停止后重新启动。",
}
