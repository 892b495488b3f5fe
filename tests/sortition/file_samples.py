"""Tables of invented people and quotas, as files that others might bring."""

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path

SEATS = 8
FEATURES = {"Geschlecht": ["Frau", "Mann"], "Ortsteil": ["Kernstadt", "Niederau", "Straße"]}
Table = list[list[str]]


def people_table(number: int = 40) -> Table:
    """Header and rows: id, name, features, address; every third person shares a home."""
    rnd = random.Random(7)
    rows = [["id", "Name", *FEATURES, "Anschrift", "PLZ"]]
    for place in range(number):
        values = [values[(place + rnd.randrange(2)) % len(values)] for values in FEATURES.values()]
        home = f"Hauptstr. {place - (place % 3 == 1)}"
        rows.append([f"p{place:02}", f"Name, {place}", *values, home, "01234"])
    return rows


def quota_table() -> Table:
    """Quotas that the people of `people_table` can meet."""
    rows = [["feature", "value", "min", "max"]]
    rows += [["Geschlecht", value, "3", "5"] for value in FEATURES["Geschlecht"]]
    rows += [["Ortsteil", value, "1", "5"] for value in FEATURES["Ortsteil"]]
    return rows


def as_csv(table: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    """Return the table as the bytes of a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(table)
    return text.getvalue().encode()


def put(folder: Path, people: bytes | None = None, quotas: bytes | None = None) -> list[str]:
    """Write both files, the usual ones where none are given; return the options naming them."""
    folder.mkdir(parents=True, exist_ok=True)
    one, other = folder / "people.csv", folder / "quotas.csv"
    one.write_bytes(as_csv(people_table()) if people is None else people)
    other.write_bytes(as_csv(quota_table()) if quotas is None else quotas)
    return ["--people", str(one), "--quotas", str(other), "--seats", str(SEATS)]
