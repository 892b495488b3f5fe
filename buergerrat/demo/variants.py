"""Extracts in every encoding, separator and date form, and with one defect each, for tests."""

import io
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO

from buergerrat.demo import register
from buergerrat.demo.register import REFERENCE_DATE, Resident

DATE_FORMS: dict[str, Callable[[date], str]] = {
    "dmy": lambda day: f"{day:%d.%m.%Y}",
    "iso": lambda day: day.isoformat(),
    "compact": lambda day: f"{day:%Y%m%d}",
    "slash": lambda day: f"{day:%d/%m/%Y}",
    "excel": lambda day: str((day - date(1899, 12, 30)).days),
    "year": lambda day: str(day.year),
}
ENCODINGS = ("cp1252", "iso8859-15", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
SEPARATORS = (";", ",", "\t", "|")
DEFECTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "blank": lambda data: b"\r\n\r\n  \r\n",
    "header_only": lambda data: data.split(b"\r\n")[0] + b"\r\n",
    "no_header": lambda data: data.split(b"\r\n", 1)[1],
    "xlsx": lambda data: b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml" + data,
    "pdf": lambda data: b"%PDF-1.7\n" + data,
    "html": lambda data: b"<html><table>" + data,
    "rubbish": lambda data: random.Random(1).randbytes(9000),  # noqa: S311
    "wide": lambda data: data.replace(b"Religion;", b"Religion" + b";Feld" * 200 + b";"),
    "endless_line": lambda data: data + b"x" * 200_000,
    "open_quote": lambda data: data.replace(b"\r\n", b'\r\n"', 1) + data * 40,
    "no_birth": lambda data: data.replace(b"GebDat", b"Wert"),
    "all_blocked": lambda data: data.replace(b"H;;;;", b"H;;;S;"),
}


def write_variant(
    stream: BinaryIO,
    seed: int,
    *,
    people: int = 50,
    encoding: str = "cp1252",
    separator: str = ";",
    date_form: str = "dmy",
    newline: str = "\r\n",
    defect: str | None = None,
) -> list[Resident]:
    """Write a flawless register in another form, or broken by `defect`; returns who is in it.

    All are adults in their main residence, nobody is blocked or doubtful; each once.
    """
    written = list(_sound(random.Random(seed), people))  # noqa: S311
    data = io.BytesIO()
    birth = DATE_FORMS[date_form]
    register.write_lines(
        data, iter(written), encoding, separator, newline, lambda person: birth(person.born)
    )
    stream.write(DEFECTS[defect](data.getvalue()) if defect else data.getvalue())
    return written


def _sound(draw: random.Random, people: int) -> Iterator[Resident]:
    seen: set[tuple[str, str, date]] = set()
    for person in register.residents(draw, 100 * people + 100):
        flawed = person.status != "H" or person.moved_out or person.died or person.block
        who = (person.last_name.lower(), person.first_name, person.born)
        adult = REFERENCE_DATE.year - person.born.year > 17
        if flawed or not adult or person.last_name.isupper() or who in seen:
            continue
        seen.add(who)
        yield person
        if len(seen) == people:
            return
