"""The tables that go with the letters, for print shops: same order and numbers as the PDF.

CSV is UTF-8 with BOM, semicolons, CRLF. The workbook is built in memory: its library would
otherwise lay names and addresses unencrypted into the temporary folder.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import xlsxwriter

from buergerrat.sortition.codes import show
from buergerrat.sortition.letters import GUARDIANS, Letter, Part, greeting_lines, in_order

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_PERSON = ("Anrede", "Titel", "Vorname", "Name", "Straße", "PLZ", "Ort", "Briefanrede")
_WIDTHS = (8, 12, 10, 18, 22, 26, 8, 18, 34, 14, 44)


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


def columns(codes: bool) -> tuple[str, ...]:
    return ("Nr", *_PERSON, *(("Code", "Link") if codes else ()))


def _cells(one: Letter, template: str, codes: bool) -> list[str]:
    who = (GUARDIANS if one.minor else one.salutation, one.title, one.first_name)
    name = one.last_name or one.label
    reply = (show(one.code), one.url) if codes else ()
    greeting = " ".join(greeting_lines(one, template))
    cells = (*who, name, one.street, one.postcode, one.place, greeting, *reply)
    return [safe_cell(cell) for cell in cells]


def write_print_shop_csv(
    out: BinaryIO, letters: Iterable[Letter], template: str = "{anrede},", *, codes: bool = True
) -> int:
    """For print shops that set the letters themselves: only address, greeting, and with `codes`
    code and link. `template` is the greeting as the town words it. Returns the rows.
    """
    number = 0
    with _table(out, *columns(codes)) as table:
        for number, one in enumerate(in_order(letters), start=1):
            table.writerow([number, *_cells(one, template, codes)])
    return number


def write_print_shop_xlsx(
    out: BinaryIO, letters: Iterable[Letter], template: str = "{anrede},", *, codes: bool = True
) -> int:
    """The same as a workbook; postcodes and codes stay text. Returns the rows."""
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, bold = book.add_worksheet("Briefe"), book.add_format({"bold": True})
    for place, word in enumerate(columns(codes)):
        sheet.set_column(place, place, _WIDTHS[place])
        sheet.write_string(0, place, word, bold)
    sheet.freeze_panes(1, 0)
    number = 0
    for number, one in enumerate(in_order(letters), start=1):
        sheet.write_number(number, 0, number)
        for place, cell in enumerate(_cells(one, template, codes), start=1):
            if cell:
                sheet.write_string(number, place, cell)
    book.close()
    return number


def write_run_list(out: BinaryIO, parts: Sequence[Part], pages: int) -> int:
    """For print shops that print the PDF: which letter lies in which part, for postage and
    checking. Nobody's name, street or code. `pages` of one letter. Returns the rows."""
    rows = 0
    with _table(out, "Laufnummer", "Teil", "PLZ", "Seiten") as table:
        for part in parts:
            for number, letter in enumerate(part.letters, start=part.first):
                table.writerow([f"{number:06d}", part.number, safe_cell(letter.postcode), pages])
                rows += 1
    return rows


def write_number_list(out: BinaryIO, letters: Iterable[Letter]) -> int:
    """For the office that posts letters itself: the numbers in the windows, with room for its own
    note to whom each one went. No codes: the office cannot answer for anybody. Returns the rows."""
    rows = 0
    with _table(out, "Nummer im Fenster", "An wen verschickt (bleibt im Meldeamt)") as table:
        for one in in_order(letters):
            table.writerow([safe_cell(one.label), ""])
            rows += 1
    return rows
