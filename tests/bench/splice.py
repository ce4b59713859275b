"""The limit: bytes from one socket to the other and back, nothing read in them. `python splice.py PORT GOOGLE_PORT`.

No proxy in Python that parses, converts and counts can cost less; what others cost is told in multiples of it.
"""

import asyncio
import sys


class Google(asyncio.Protocol):
    """The far half; what comes goes to the client."""

    def __init__(self, client: asyncio.Transport) -> None:
        self._client = client

    def data_received(self, data: bytes) -> None:
        self._client.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._client.close()


class Client(asyncio.Protocol):
    """The near half; what comes before Google's connection is there waits for it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._early = bytearray()
        self._google: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._client = transport
        self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        google, _ = await loop.create_connection(lambda: Google(self._client), "127.0.0.1", self._port)
        self._google = google
        google.write(bytes(self._early))

    def data_received(self, data: bytes) -> None:
        if self._google is None:
            self._early += data
        else:
            self._google.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._google is not None:
            self._google.close()


async def main(port: int, google: int) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Client(google), "127.0.0.1", port, backlog=2_000)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
