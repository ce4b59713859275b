"""A terminal that stops reading, or goes, must never stop the loop: Textual's driver with a writer of our own.

`write` never blocks. Of a frame only what reads differently goes out (tui/terminal_io/frames.py). Frames are dropped
while the terminal does not read, everything else (modes, clipboard, title, bell) is kept; when it reads again the
screen is painted in full, and `TerminalBehind` says how long it did not. A lost terminal is told as `TerminalLost`.
"""

import contextlib
import os
import re
import select
import threading
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.message import Message

from gcli2api_tui.clock import Clock
from gcli2api_tui.tui.terminal_io.frames import FrameDiff, in_ascii, take_breath
from gcli2api_tui.tui.terminal_io.notices import NoticeWriter, TerminalBehind, TerminalLost

if TYPE_CHECKING:
    from textual.app import App

MAX_FRAMES = 8
CLOSE_S = 0.5
ESCAPE_S = 0.05
_CONTROL = re.compile(
    r"(?:\x1b\[[?<>=][0-9;]*\$?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x07|\x1b\[[<>]u"
    r"|\x1bP(?:[^\x1b]|\x1b\x1b)*\x1b\\|\x1b\[2[23](?:;[0-2])?t)+"
)
_SYNC = ("\x1b[?2026h", "\x1b[?2026l")
_SCREEN_CHANGE = re.compile(r"\x1b\[\?(?:47|1047|1049)[hl]|\x1bc")


class Outlet:
    """Writes to a descriptor from a daemon thread. `put` never waits.

    `resumed` is called after frames were dropped, with the seconds since the first of them.
    """

    def __init__(self, fileno: int, resumed: Callable[[float], None], clock: Clock | None = None) -> None:
        self.dropped = 0
        self._clock = clock or Clock()
        self._fileno, self._resumed = fileno, resumed
        self._queue: deque[tuple[bool, str | None]] = deque()
        """(whether a frame, text); None: what the terminal shows is not known any more."""
        self._diff = FrameDiff(self._breathe)
        self._frames = 0
        self._behind_since: float | None = None
        self._closing = False
        self._dead = False
        self._ready = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False once the terminal refused a write for good."""
        return not self._dead

    @property
    def behind(self) -> bool:
        """The terminal does not read: what is to be sent waits."""
        return len(self._queue) >= MAX_FRAMES

    def put(self, text: str, *, keep: bool = False) -> None:
        """What is neither a mode of the terminal nor to `keep` is a frame, and may be dropped."""
        frame = not keep and _is_frame(text)
        with self._ready:
            if self._dead:
                return
            if frame and self._frames >= MAX_FRAMES:
                self.dropped += 1
                if self._behind_since is None:
                    self._behind_since = self._clock.monotonic()
                return
            self._frames += frame
            self._queue.append((frame, text))
            if keep or _SCREEN_CHANGE.search(text):
                self._queue.append((False, None))
            self._ready.notify()

    def forget(self) -> None:
        """Somebody else painted on the terminal, or its size is another: the next frame goes out whole."""
        with self._ready:
            self._queue.append((False, None))

    def _run(self) -> None:
        while (item := self._next()) is not None:
            frame, text = item
            if text is None:
                self._diff.forget()
                continue
            told = self._diff.changed(text) if frame else text
            if not self._write(told.encode(errors="replace")):
                return
            self._catch_up()

    def _breathe(self) -> None:
        if not self._closing:
            take_breath()

    def _next(self) -> tuple[bool, str | None] | None:
        with self._ready:
            while not self._queue:
                if self._closing:
                    return None
                self._ready.wait()
            item = self._queue.popleft()
            self._frames -= item[0]
            return item

    def _write(self, data: bytes) -> bool:
        try:
            while data:
                data = data[os.write(self._fileno, data) :]
        except BlockingIOError:
            select.select([], [self._fileno], [])
            return self._write(data)
        except OSError:
            self._dead = True
            return False
        return True

    def _catch_up(self) -> None:
        with self._ready:
            since = None if self._queue else self._behind_since
            if since is not None:
                self._behind_since = None
        if since is not None and not self._closing:
            self._resumed(self._clock.monotonic() - since)

    def close(self) -> None:
        """Let what is queued go out, for at most half a second; then leave the thread behind."""
        with self._ready:
            self._closing = True
            self._ready.notify()
        self._thread.join(CLOSE_S)


def _is_frame(text: str) -> bool:
    return text in _SYNC or _CONTROL.fullmatch(text) is None


class CalmDriver(NoticeWriter, LinuxDriver):
    """Passed to the app as `driver_class`."""

    outlet: Outlet | None = None
    ascii_only = False
    _size_before: os.terminal_size | None = None
    _bare = False
    """The panel's screen is left; what it paints meanwhile goes nowhere."""

    def __init__(
        self, app: "App[object]", *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._woken, self._wake = os.pipe()

    @property
    def dropped(self) -> int:
        """Frames that were never sent."""
        return self.outlet.dropped if self.outlet is not None else 0

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own word: COLUMNS and LINES, where a shell exports them, stay what they were at its start."""
        for descriptor in (2 if self._file is None else self._file.fileno(), self.fileno):
            with contextlib.suppress(OSError):
                size = os.get_terminal_size(descriptor)
                self._sized(size)
                return size.columns, size.lines
        return super()._get_terminal_size()

    def _sized(self, size: os.terminal_size) -> None:
        """A terminal of another size has moved what stood on it."""
        if size != self._size_before:
            self.forget()
        self._size_before = size

    def process_message(self, message: Message) -> None:
        if isinstance(message, Resize):
            self.forget()
        super().process_message(message)

    def forget(self) -> None:
        """The next frame goes out whole."""
        if self.outlet is not None:
            self.outlet.forget()

    def write(self, data: str) -> None:
        if self.outlet is None:
            self.outlet = Outlet(2 if self._file is None else self._file.fileno(), self._resumed)
        if not (self._bare and _is_frame(data)):
            self.outlet.put(in_ascii(data) if self.ascii_only else data)

    def show_bare(self, text: str) -> None:
        """Leave the panel's screen and put `text` on the terminal's own, where it scrolls and can be selected.

        Keys go on coming and the loop waits for nothing, which `App.suspend` and a print do not promise.
        """
        self._disable_mouse_support()
        self.write("\x1b[?1049l\x1b[?7h\x1b[?25h")
        self._bare = True
        if self.outlet is not None:
            self.outlet.put(text.replace("\n", "\r\n"), keep=True)

    def end_bare(self) -> None:
        """Back to the panel's screen, painted in full."""
        if self._bare:
            self._bare = False
            self.write("\x1b[?1049h\x1b[?7l\x1b[?25l")
            self._enable_mouse_support()
            self._repaint()

    def stop_application_mode(self) -> None:
        """The modes are left in the order in which they were entered."""
        if self._bare:
            self._bare = False
            self.write("\x1b[?1049h")
        self.take_title_back()
        super().stop_application_mode()

    def flush(self) -> None:
        """The outlet's thread writes as soon as it can."""

    def close(self) -> None:
        super().close()
        if self.outlet is not None:
            self.outlet.close()
        for descriptor in (self._woken, self._wake):
            os.close(descriptor)

    def _resumed(self, seconds: float) -> None:
        self._app.call_later(self._repaint)
        self._app.post_message(TerminalBehind(seconds))

    def _repaint(self) -> None:
        self._app.screen.refresh(layout=True)

    def _enable_mouse_support(self) -> None:
        """Buttons and drag, no hover: 1003 and 1015 are noise on a phone."""
        if self._mouse:
            for mode in (1000, 1002, 1006):
                self.write(f"\x1b[?{mode}h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            for mode in (1000, 1002, 1006):
                self.write(f"\x1b[?{mode}l")

    def _sigcont_application(self, *context: object) -> None:
        """Nothing was left that could be taken up again: a terminal that hangs up sends SIGCONT too.

        Textual would start a second input thread beside the first, or open a screen that is being closed.
        """
        reads = self._key_thread is not None and self._key_thread.is_alive()
        if self._app.return_value is None and not reads:
            super()._sigcont_application(*context)

    def disable_input(self) -> None:
        os.write(self._wake, b".")
        super().disable_input()
        os.read(self._woken, 1)

    def run_input_thread(self) -> None:
        """Sleeps until there is input, but for the moment in which an Esc may be the beginning of more."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        while True:
            wait_s = None if parser._timeout_time is None else ESCAPE_S
            ready, _, _ = select.select([self.fileno, self._woken], [], [], wait_s)
            if self._woken in ready:
                break
            if ready and not self._read(parser, decode):
                self._app.post_message(TerminalLost())
                return
            for event in parser.tick():
                self.process_message(event)
        with contextlib.suppress(EOFError, ParseError):
            list(parser.feed(""))

    def _read(self, parser: XTermParser, decode: Callable[[bytes], str]) -> bool:
        """False when the terminal hung up."""
        try:
            data = os.read(self.fileno, 4096)
        except OSError:
            return False
        if not data:
            return False
        for event in parser.feed(decode(data)):
            self.process_message(event)
        return True
