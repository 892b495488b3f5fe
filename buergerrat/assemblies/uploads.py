"""Uploads on their way through the web server: what does not fit in memory lies sealed on disk.

The key lives in memory for one upload only, so a file that a crash leaves behind says nothing.
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


class SealedTemporary(io.RawIOBase):
    """Written once from start to end, then read from the start; enciphered in between."""

    def __init__(self) -> None:
        self.cipher = Cipher(AES(os.urandom(32)), CTR(os.urandom(16)))
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this stream
        self.context: CipherContext = self.cipher.encryptor()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return self.file.write(self.context.update(bytes(data)))

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """To the start only: from here on it is read."""
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("an upload is read from its start")
        self.context = self.cipher.decryptor()
        return self.file.seek(0)

    def readinto(self, buffer: Any, /) -> int:
        data = self.context.update(self.file.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.file.close()
        super().close()


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
