"""The checklist of a first run, and the demo beside it, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "demo.begins": "正在启动演示……",
    "demo.not": "演示无法启动：{why}",
    "key.first_run.demo": "演示",
}
