"""The two tables that go with the letters, for print shops.

UTF-8 with BOM, semicolons, CRLF; same order and numbers as the PDF.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from buergerrat.sortition.codes import show
from buergerrat.sortition.letters import PAGES_PER_LETTER, Letter, Part, greeting, in_order

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


@contextmanager
def _table(out: BinaryIO, *head: str) -> Iterator[Any]:
    text = io.TextIOWrapper(out, "utf-8-sig", newline="")
    table = csv.writer(text, delimiter=";")
    table.writerow(head)
    yield table
    text.flush()
    text.detach()


def write_print_shop_csv(out: BinaryIO, letters: Iterable[Letter]) -> int:
    """For print shops that set the letters themselves: only address, code and link.

    Returns the rows.
    """
    person = ("Anrede", "Titel", "Vorname", "Name", "Straße", "PLZ", "Ort")
    number = 0
    with _table(out, "Nr", *person, "Briefanrede", "Code", "Link") as table:
        for number, one in enumerate(in_order(letters), start=1):
            who = (one.salutation, one.title, one.first_name, one.last_name)
            address = (one.street, one.postcode, one.place)
            cells = (*who, *address, greeting(one), show(one.code), one.url)
            table.writerow([number, *map(safe_cell, cells)])
    return number


def write_run_list(out: BinaryIO, parts: Sequence[Part]) -> int:
    """For print shops that print the PDF: which letter lies in which part, for postage and
    checking. Nobody's name, street or code. Returns the rows."""
    rows = 0
    with _table(out, "Laufnummer", "Teil", "PLZ", "Seiten") as table:
        for part in parts:
            for number, letter in enumerate(part.letters, start=part.first):
                postcode = safe_cell(letter.postcode)
                table.writerow([f"{number:06d}", part.number, postcode, PAGES_PER_LETTER])
                rows += 1
    return rows
