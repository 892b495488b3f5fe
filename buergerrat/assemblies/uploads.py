"""What a request or an answer lays on disk while it passes through is enciphered.

The key lives in memory for one file only, so a file that a crash leaves behind says nothing.
`SealingRequest` is for Flask, which parses uploads; `seal_buffers` for the web server, which
takes a request in before anybody has looked at it, and sends a large answer part by part.
"""

from __future__ import annotations

import io
import os
import tempfile
from typing import IO, Any, cast

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from flask import Request
from waitress import buffers  # type: ignore[import-untyped]

BLOCK = 16  # bytes of AES


class SealedTemporary(io.RawIOBase):
    """Written at its end, read anywhere; no place is written twice (the cipher forbids it)."""

    def __init__(self) -> None:
        self.key, self.first = os.urandom(32), int.from_bytes(os.urandom(BLOCK))
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this stream

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def _cipher(self, place: int) -> CipherContext:
        """Enciphers and deciphers from this byte of the file on."""
        block, skipped = divmod(place, BLOCK)
        counter = (self.first + block) % 2 ** (8 * BLOCK)
        context = Cipher(AES(self.key), CTR(counter.to_bytes(BLOCK))).encryptor()
        context.update(bytes(skipped))
        return context

    def write(self, data: Any, /) -> int:
        place = self.file.tell()
        return self.file.write(self._cipher(place).update(bytes(data)))

    def tell(self) -> int:
        return self.file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self.file.seek(offset, whence)

    def readinto(self, buffer: Any, /) -> int:
        place = self.file.tell()
        data = self._cipher(place).update(self.file.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.file.close()
        super().close()


def seal_buffers() -> None:
    """From here on the web server's own temporary files are enciphered too."""
    buffers.TempfileBasedBuffer.newfile = lambda _buffer: SealedTemporary()


class SealingRequest(Request):
    """A request that never lays an uploaded file on disk in clear text."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast(IO[bytes], SealedTemporary())
