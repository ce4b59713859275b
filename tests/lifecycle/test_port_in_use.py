"""Whoever finds the port taken is told by whom."""

import http.server
import json
import threading

import pytest

from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.lifecycle.port_in_use import port_taken
from gcli2api_tui.server.hypercorn_server import bind


@pytest.mark.parametrize(("name", "known"), [("gcli2api-tui", True), ("something else", False)])
def test_who_has_the_port(name: str, known: bool) -> None:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"name": name, "version": "9.9"}).encode())

        def log_message(self, *_: object) -> None:
            """Nowhere."""

    with http.server.HTTPServer(("127.0.0.1", 0), Page) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        port = other.server_port
        with pytest.raises(StartFault) as caught:
            bind("127.0.0.1", port)
        told = port_taken(caught.value, "127.0.0.1", port)
        other.shutdown()
    assert ("Another gcli2api-tui (9.9)" in told.sentence) == known
    assert ("another program" in told.sentence) == (not known)
