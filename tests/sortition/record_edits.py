"""One drawn record, and what a forger who knows the format could do to its files."""

import csv
import io
import json
from collections.abc import Callable

from lottery_cases import draw_record

from buergerrat.sortition import verify as checker
from buergerrat.sortition.commitment import canonical_json
from buergerrat.sortition.record import SUMS, record_files, sha256

Files = dict[str, bytes]
Edit = Callable[[Files], Files]
RECORD = draw_record()
FULL = record_files(RECORD, full=True)
PUBLIC = record_files(RECORD, full=False)


def summed(files: Files) -> Files:
    """Files with fitting sums: what the forger would publish."""
    rest = {name: data for name, data in files.items() if name != SUMS}
    lines = "".join(f"{sha256(rest[name])}  {name}\n" for name in sorted(rest))
    return {**rest, SUMS: lines.encode()}


def report(files: Files, expect: str | None = None, own: bytes | None = None) -> checker.Report:
    return checker.Checker(files, expect, own).run()


def edit_json(name: str, change: Callable[[dict[str, object]], None]) -> Edit:
    def edited(files: Files) -> Files:
        content = json.loads(files[name])
        change(content)
        return {**files, name: canonical_json(content)}

    return edited


def edit_csv(name: str, change: Callable[[list[list[str]]], None]) -> Edit:
    def edited(files: Files) -> Files:
        rows = list(csv.reader(io.StringIO(files[name].decode(), newline="")))
        change(rows)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return {**files, name: text.getvalue().encode()}

    return edited


def swap(first: int, second: int) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows[first], rows[second] = rows[second], rows[first]

    return change


def drop(place: int) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows.pop(place)

    return change


def at(content: dict[str, object], *names: str) -> dict[str, object]:
    found: object = content
    for name in names:
        assert isinstance(found, dict)
        found = found[name]
    assert isinstance(found, dict)
    return found


def put(*names: str, value: object) -> Callable[[dict[str, object]], None]:
    def change(content: dict[str, object]) -> None:
        inside = at(content, *names[:-1])
        assert inside[names[-1]] != value
        inside[names[-1]] = value

    return change


def cell(row: int, column: int, value: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        assert rows[row][column] != value
        rows[row][column] = value

    return change
