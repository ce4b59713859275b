"""Pictures of models that draw: a small PNG of one colour, the same for the same prompt, in the ratio asked for."""

import base64
import hashlib
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from gcli2api_tui.simulator.refusals import invalid

IMAGE_TOKENS = 1290
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
MODALITIES = ("TEXT", "IMAGE", "AUDIO")


def check_drawing(request: Mapping[str, Any], *, draws: bool) -> None:
    """Refuses a ratio that is none, and pictures of a model that does not draw."""
    for modality in wanted_modalities(request):
        if modality not in MODALITIES:
            raise invalid(f"Invalid value at 'generation_config.response_modalities', \"{modality}\"")
        if modality == "IMAGE" and not draws:
            raise invalid("Model does not support the requested response modalities: image")
    ratio = ratio_of(request)
    if ratio and ratio not in RATIOS:
        raise invalid(f"aspect_ratio must be one of {', '.join(RATIOS)}.")


def wanted_modalities(request: Mapping[str, Any]) -> list[str]:
    return [str(one).upper() for one in _config(request).get("responseModalities") or ()]


def ratio_of(request: Mapping[str, Any]) -> str:
    return str((_config(request).get("imageConfig") or {}).get("aspectRatio") or "")


def drawn(seed: str, ratio: str) -> str:
    width, height = (int(side) for side in (ratio or "1:1").split(":"))
    colour = hashlib.sha256(seed.encode()).digest()[:3]
    rows = (b"\0" + colour * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)
    return base64.b64encode(png).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _config(request: Mapping[str, Any]) -> Mapping[str, Any]:
    config: Mapping[str, Any] = request.get("generationConfig") or {}
    return config
