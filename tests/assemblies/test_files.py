"""Sealed files follow the database: what is rolled back leaves no file, what stays keeps its own."""

from __future__ import annotations

import io

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.assemblies.uploads import SealedTemporary
from buergerrat.db import begin_write, db, writing


def _kept(assembly: Assembly) -> StoredFile:
    return files.keep(assembly.id, "probe", "a.txt", "text/plain", io.BytesIO(b"Inhalt"))


def test_a_rolled_back_file_is_removed(app: Flask, assembly: Assembly) -> None:
    begin_write()
    path = files.path_of(_kept(assembly).uid)
    assert path.exists()
    db.session.rollback()
    assert not path.exists()


def test_a_rolled_back_deletion_keeps_the_file(app: Flask, assembly: Assembly) -> None:
    with writing():
        row = _kept(assembly)
    path = files.path_of(row.uid)
    begin_write()
    files.destroy(db.session.get_one(StoredFile, row.id))
    db.session.rollback()
    with writing():
        db.session.get_one(StoredFile, row.id).filename = "b.txt"
    assert path.exists(), "a later commit does not carry out what was rolled back"
    with writing():
        files.destroy(db.session.get_one(StoredFile, row.id))
        assert path.exists(), "only the commit removes it"
    assert not path.exists()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.binary(max_size=3000), max_size=8), st.integers(1, 5000))
def test_an_upload_comes_back_as_it_was_sent(parts: list[bytes], size: int) -> None:
    stream = SealedTemporary()
    for part in parts:
        assert stream.write(part) == len(part)
    stream.seek(0)
    read = b"".join(iter(lambda: stream.read(size), b""))
    assert read == b"".join(parts)


def test_an_upload_on_disk_says_nothing() -> None:
    stream = SealedTemporary()
    stream.write(b"Familienname;Vorname\r\n" * 5000)
    stream.file.seek(0)
    assert b"Familienname" not in stream.file.read()
