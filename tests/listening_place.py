"""A place that nobody should ever ask: remembers each request that comes."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Place:
    url: str = ""
    asked: list[str] = field(default_factory=list)
    answer: bytes = b"{}"
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def listening(place: Place | None = None) -> Iterator[Place]:
    place = place or Place()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place.asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(place.status)
            for name, value in place.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(place.answer)))
            self.end_headers()
            self.wfile.write(place.answer)

        do_POST = do_GET  # noqa: N815 - as the library calls it

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    place.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, name="place", daemon=True)
    thread.start()
    yield place
    server.shutdown()
    server.server_close()
    thread.join()
