"""A client by hand on a socket of its own: a real one costs several times what the server does, and hides cuts."""

import asyncio
import json

from measures import MODEL

CONTENT = b'"content":"'
"""What every event with text has in it."""

HEAD = (
    b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer pwd\r\nconnection: close\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"
)


async def ask(
    url: str, prompt: str, *, stream: bool = True, leave_after: int = 0, model: str = MODEL
) -> tuple[int, bytes]:
    """Status and body. A cut answer raises OSError, ValueError or asyncio.IncompleteReadError.

    `leave_after` goes away behind so many events with content; 0 stays to the end.
    """
    messages = [{"role": "user", "content": prompt}]
    content = json.dumps({"model": model, "stream": stream, "messages": messages}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    try:
        writer.write(HEAD % len(content) + content)
        head = await reader.readuntil(b"\r\n\r\n")
        status, body = int(head.split(b" ", 2)[1]), b""
        while piece := await _piece(reader, head):
            body += piece
            if leave_after and body.count(CONTENT) > leave_after:
                break
        return status, body
    finally:
        writer.transport.abort()


async def _piece(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """The next chunk, or what there is of a body that is not chunked; nothing at the end."""
    if b"chunked" not in head.lower():
        return await reader.read(2**20)
    size = int(await reader.readuntil(b"\r\n"), 16)
    return (await reader.readexactly(size + 2))[:size]
