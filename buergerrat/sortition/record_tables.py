"""The tables of the draw record; docs/losprotokoll.md, section 5, says what each holds."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence

from .losnummern import Entrant, mark, opening
from .panels import Lottery, composition, label
from .pool import Quota


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file as the record writes it: UTF-8, comma, one line feed per row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def people_csv(people: Sequence[Entrant]) -> bytes:
    """Losnummer and commitment of everybody in the pool."""
    return table(["id", "commitment"], [(one.number, one.commitment) for one in people])


def features_csv(people: Sequence[Entrant]) -> bytes:
    """What the commitments hide; full record only."""
    names = sorted({name for one in people for name in one.features})
    rows = [
        (one.number, one.salt, one.household, *(one.features.get(name, "") for name in names))
        for one in people
    ]
    return table(["id", "salt", "household", *names], rows)


def quotas_csv(quotas: Sequence[Quota], people: Sequence[Entrant]) -> bytes:
    """The quotas, and how many people of the pool count in each."""
    persons = [one.person() for one in people]
    counts = composition(persons, quotas, [one.id for one in persons])
    rows = [
        (quota.feature, quota.value, quota.min, quota.max, count)
        for quota, count in zip(quotas, counts, strict=True)
    ]
    return table(["feature", "value", "min", "max", "pool"], rows)


def panels_csv(panels: Sequence[Sequence[str]]) -> bytes:
    """The lists: number of the list and the Losnummern on it; full record only."""
    rows = [(label(number, len(panels)), *ids) for number, ids in enumerate(panels)]
    return table(["panel", *_places("seat", panels)], rows)


def marks_csv(panels: Sequence[Sequence[str]], people: Sequence[Entrant]) -> bytes:
    """The lists with sealed seats, in ascending order, so that no place tells who sits there."""
    salts = {one.number: one.salt for one in people}
    rows = []
    for number, ids in enumerate(panels):
        name = label(number, len(panels))
        rows.append((name, *sorted(mark(one, name, opening(salts[one], name)) for one in ids)))
    return table(["panel", *_places("mark", panels)], rows)


def _places(word: str, panels: Sequence[Sequence[str]]) -> list[str]:
    return [f"{word}_{place}" for place in range(1, len(panels[0]) + 1)]


def decimal(count: int, panels: int) -> str:
    """Return count / panels with six digits, rounded half up, by whole numbers."""
    millionths = (2 * count * 10**6 + panels) // (2 * panels)
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"


def counts_csv(lottery: Lottery) -> bytes:
    """How many people are on how many panels, without saying who: a count can tell a feature."""
    total = len(lottery.panels)
    people = Counter(lottery.counts.values())
    rows = [(count, people[count], decimal(count, total)) for count in sorted(people)]
    return table(["panels", "people", "chance"], rows)


def chances_csv(lottery: Lottery) -> bytes:
    """On how many panels everybody is, and their chance; full record only."""
    total = len(lottery.panels)
    rows = [(one, count, decimal(count, total)) for one, count in sorted(lottery.counts.items())]
    return table(["id", "panels", "chance"], rows)
