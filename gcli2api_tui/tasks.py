"""Background tasks: named, and loud when they crash.

A bare `asyncio.create_task` swallows its exception until somebody asks; ruff bans it elsewhere. The caller keeps
the task it gets: asyncio itself holds only a weak reference.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


def spawn(name: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """Start `work` on the running loop; a crash is logged with the task's name."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    task.add_done_callback(_report)
    return task


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task %s crashed: %s", task.get_name(), type(error).__name__, exc_info=error)
