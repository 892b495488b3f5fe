"""Sealed files follow the database: what is rolled back leaves no file, what stays keeps its own."""

from __future__ import annotations

import io

from flask import Flask

from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
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
