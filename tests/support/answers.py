"""An answer as text, to be compared with another."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

FRESH = re.compile(
    r'(?:name="csrf_token" value=|nonce=)"[^"]*"|(?<=\?v=)[0-9a-f]{12}'
    r'|<svg [^>]*class="qr-code">.*?</svg>|(?<=data-secret>)[A-Z2-7 ]+'
)
DRAWN = ("X-Request-ID", "Content-Security-Policy", "Set-Cookie", "Content-Length")


def in_full(answer: Any) -> str:
    """Status, headers and content, without what is drawn anew for every answer; of an XLSX the files within."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name not in DRAWN)
    text = unpacked(answer.data) if answer.data.startswith(b"PK\x03\x04") else answer.text
    text = FRESH.sub("", text).replace(answer.headers["X-Request-ID"], "")
    return f"{answer.status}\n{headers}\n\n{text}"


def unpacked(book: bytes) -> str:
    """All the files within an XLSX, as text."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return "\n".join(f"{name}: {parts.read(name).decode()}" for name in parts.namelist())
