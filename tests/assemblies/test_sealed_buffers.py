"""Nothing that passes through the web server lies readable in its temporary files."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from waitress import buffers

from buergerrat.assemblies import uploads

MARKER = b"Mustermann;Erika;01.01.1950;Heidestrasse 17\r\n"


def test_the_web_servers_own_buffer_is_enciphered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body over half a megabyte goes to a temporary file before the application sees it."""
    newfile = buffers.TempfileBasedBuffer.newfile
    monkeypatch.setattr(buffers.TempfileBasedBuffer, "newfile", newfile)  # undone afterwards
    uploads.seal_buffers()
    buffer = buffers.OverflowableBuffer(8192)
    for _part in range(1000):
        buffer.append(MARKER)
    assert buffer.overflowed
    sealed = buffer.getfile()
    sealed.file.seek(0)
    on_disk = sealed.file.read()
    sealed.seek(0)
    assert len(on_disk) == 1000 * len(MARKER)
    assert b"Mustermann" not in on_disk
    assert buffer.get(2 * len(MARKER), skip=True) == 2 * MARKER
    assert sealed.read() == 998 * MARKER


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.binary(max_size=70), max_size=8),
    place=st.integers(0, 600),
    size=st.integers(0, 90),
)
def test_it_reads_like_a_plain_file(parts: list[bytes], place: int, size: int) -> None:
    plain, sealed = io.BytesIO(), uploads.SealedTemporary()
    for part in parts:
        plain.write(part)
        sealed.write(part)
    for file in (plain, sealed):
        file.seek(place)
    assert sealed.read(size) == plain.read(size)
    assert sealed.tell() == plain.tell()
    assert sealed.read() == plain.read()
    sealed.close()
