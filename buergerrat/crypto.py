"""Personal data at rest: AES-256-GCM with a key per assembly.

A sealed value is `nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes)`. Its associated
data name the table, the column and the row, so a value copied into another row
does not open. The assembly's key is wrapped by the master key, which lives
outside the database; destroying the wrapped key is the deletion of last resort.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Self, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from buergerrat.db import Model, Timed, UTCDateTime, db, new_uid, utcnow

CHUNK = 64 * 1024


class KeyDestroyed(Exception):
    """The assembly's key is gone; what was sealed with it cannot be read any more."""


class SealBroken(Exception):
    """A sealed value does not open: changed, or copied from another row."""


class AssemblyKey(Timed, Model):
    __tablename__ = "assembly_key"

    assembly_id: Mapped[int] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), primary_key=True
    )
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    destroyed_at: Mapped[Any] = mapped_column(UTCDateTime, nullable=True)


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], context.encode())
    except InvalidTag as error:
        raise SealBroken(context) from error


def opener(key: bytes) -> Callable[[bytes | None, str], str]:
    """`unseal` for many texts with one key, several times as fast; nothing sealed is empty."""
    cipher = AESGCM(key)

    def opened(sealed: bytes | None, context: str) -> str:
        if not sealed:
            return ""
        try:
            return cipher.decrypt(sealed[:12], sealed[12:], context.encode()).decode()
        except InvalidTag as error:
            raise SealBroken(context) from error

    return opened


def _master() -> bytes:
    key: bytes = current_app.extensions["settings"].master_key
    return key


def master_seal(plain: bytes, context: str) -> bytes:
    """For secrets that belong to no assembly: TOTP secrets, resumed forms."""
    return seal(_master(), plain, context)


def master_unseal(sealed: bytes, context: str) -> bytes:
    return unseal(_master(), sealed, context)


def make_assembly_key(assembly_id: int) -> None:
    wrapped = seal(_master(), os.urandom(32), f"assembly_key.{assembly_id}")
    db.session.add(AssemblyKey(assembly_id=assembly_id, wrapped=wrapped))
    db.session.flush()


def assembly_key(assembly_id: int) -> bytes:
    """The assembly's 32 bytes. Raises KeyDestroyed after `destroy_assembly_key`."""
    cache: dict[int, bytes] = db.session.info.setdefault("assembly_keys", {})
    if assembly_id not in cache:
        with db.session.no_autoflush:
            wrapped = db.session.scalar(
                select(AssemblyKey.wrapped).where(AssemblyKey.assembly_id == assembly_id)
            )
        if wrapped is None:
            raise KeyDestroyed(str(assembly_id))
        cache[assembly_id] = unseal(_master(), wrapped, f"assembly_key.{assembly_id}")
    return cache[assembly_id]


def destroy_assembly_key(assembly_id: int) -> None:
    row = db.session.get_one(AssemblyKey, assembly_id)
    row.wrapped = None
    row.destroyed_at = utcnow()
    db.session.flush()
    db.session.info.pop("assembly_keys", None)


def derived_key(assembly_id: int, purpose: str) -> bytes:
    """A key of its own for one purpose (`tickets`, `codes`, …), 32 bytes, by HMAC-SHA-256."""
    return hmac.new(assembly_key(assembly_id), purpose.encode(), hashlib.sha256).digest()


def municipality_key(municipality_id: int, purpose: str) -> bytes:
    """A key of a town for one purpose, 32 bytes; outlives its assemblies' keys."""
    context = f"municipality/{municipality_id}/{purpose}"
    return hmac.new(_master(), context.encode(), hashlib.sha256).digest()


class Personal:
    """A text attribute kept sealed in the LargeBinary column `<name>_sealed`.

    The owner has `uid` and `assembly_id`; `assembly_id` must be set before.
    An empty text is stored as NULL and read as "".
    """

    name: str
    context: str

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _context(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.name}.{row.uid}"

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type) -> str: ...
    def __get__(self, row: Any, owner: type) -> Self | str:
        if row is None:
            return self
        sealed = getattr(row, f"{self.name}_sealed")
        if sealed is None:
            return ""
        return unseal(assembly_key(row.assembly_id), sealed, self._context(row)).decode()

    def __set__(self, row: Any, value: str | None) -> None:
        if row.uid is None:
            row.uid = new_uid()
        if row.assembly_id is None:
            raise ValueError(f"{self.name}: set assembly_id first")
        sealed = (
            seal(assembly_key(row.assembly_id), value.encode(), self._context(row))
            if value
            else None
        )
        setattr(row, f"{self.name}_sealed", sealed)


def sealed_column() -> Mapped[bytes | None]:
    return mapped_column(LargeBinary)


def seal_stream(key: bytes, source: BinaryIO, target: BinaryIO, context: str) -> int:
    """Encrypt a stream in chunks; returns the plain bytes read. Memory does not grow."""
    total = index = 0
    while chunk := source.read(CHUNK):
        _write_chunk(key, target, chunk, f"{context}.{index}")
        total += len(chunk)
        index += 1
    _write_chunk(key, target, b"", f"{context}.{index}.end")
    return total


def _write_chunk(key: bytes, target: BinaryIO, chunk: bytes, context: str) -> None:
    sealed = seal(key, chunk, context)
    target.write(struct.pack(">I", len(sealed)))
    target.write(sealed)


def unseal_stream(key: bytes, source: BinaryIO, context: str) -> Iterator[bytes]:
    """The chunks of `seal_stream`. Raises SealBroken when one is changed or the tail is missing."""
    index = 0
    while header := source.read(4):
        (size,) = struct.unpack(">I", header)
        sealed = source.read(size)
        if size == 28:
            unseal(key, sealed, f"{context}.{index}.end")
            return
        yield unseal(key, sealed, f"{context}.{index}")
        index += 1
    raise SealBroken(context)
