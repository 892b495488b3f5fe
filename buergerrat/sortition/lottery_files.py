"""People and quotas from two tables in the field's own format, for use without the web app.

Quotas: `feature,value,min,max` (or `category,feature,min,max`); people: an id and one column
per feature. Case and blanks at the ends never matter. Whatever is wrong is named at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from unicodedata import category, normalize

from .lottery_tables import BadFiles, Mistakes, Table, open_table
from .pool import Person, Quota

MOST_PEOPLE = 200_000
MOST_QUOTAS = 1_000
ID_LENGTH = 100
_TAKEN = ("id", "salt", "household")  # columns of features.csv
_FORMULA = "=+-@＝＋－＠"
_WANTED = "Nötig sind die Spalten feature, value, min, max (oder category, feature, min, max)."

__all__ = ["BadFiles", "Inputs", "key", "read"]


@dataclass(frozen=True)
class Inputs:
    """What the two files say: people by id, quotas in the file's order, spelled as there."""

    people: tuple[Person, ...]
    quotas: tuple[Quota, ...]
    id_column: str
    household_rule: bool

    def plain(self) -> "Inputs":
        """Return the same in one spelling and order, so that equal files are equal bytes."""
        cache: dict[int, dict[str, str]] = {}
        people = []
        for person in self.people:
            features = cache.get(id(person.features))
            if features is None:
                pairs = ((key(name), key(value)) for name, value in person.features.items())
                features = cache[id(person.features)] = dict(sorted(pairs))
            people.append(Person(person.id, features, person.household))
        quotas = [Quota(key(q.feature), key(q.value), q.min, q.max) for q in self.quotas]
        quotas.sort(key=lambda quota: (quota.feature, quota.value))
        return Inputs(tuple(people), tuple(quotas), key(self.id_column), self.household_rule)


@dataclass(frozen=True)
class _Line:
    """A quota and where it stands."""

    quota: Quota
    line: int


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """Return what is compared: no blanks at the ends, one inside, no case, NFC."""
    plain = normalize("NFD", " ".join(text.split()))
    return normalize("NFC", plain.casefold())


def read(
    people: Path, quotas: Path, id_column: str | None = None, same_household: Sequence[str] = ()
) -> Inputs:
    """Read both files; raises BadFiles with everything that is wrong in them."""
    mistakes = Mistakes()
    quota_table, people_table = open_table(quotas, mistakes), open_table(people, mistakes)
    lines = _quotas(quota_table, mistakes) if quota_table else []
    found: tuple[list[Person], str] = ([], "")
    if people_table is not None:
        reader = _People(people_table, lines, same_household, mistakes)
        reader.check_features(quota_table)
        found = reader.read(id_column)
    mistakes.settle()
    people_found, id_name = found
    people_found.sort(key=lambda person: person.id)
    return Inputs(
        tuple(people_found), tuple(one.quota for one in lines), id_name, bool(same_household)
    )


def _columns(table: Table) -> dict[str, int]:
    """Return the columns by what is compared; of two that are alike the first."""
    found: dict[str, int] = {}
    for place, title in enumerate(table.header):
        found.setdefault(key(title), place)
    return found


def _quotas(table: Table, mistakes: Mistakes) -> list[_Line]:
    columns = _columns(table)
    names = _quota_columns(columns)
    absent = [name for name in names if name not in columns]
    for name in absent:
        mistakes.add(table.file, f"Es fehlt die Spalte „{name}“. {_WANTED}", table.line)
    _name_twice(table, names, mistakes)
    if absent:
        return []
    found: list[_Line] = []
    seen: dict[tuple[str, str], int] = {}
    rows = 0
    for line, cells in table.rows(mistakes):
        rows += 1
        if rows > MOST_QUOTAS:
            mistakes.add(table.file, f"Hier stehen mehr als {MOST_QUOTAS} Quoten.", line)
            break
        given = [" ".join(normalize("NFC", cells[columns[name]]).split()) for name in names]
        quota = _quota(table.file, line, given, names, mistakes)
        if quota is None:
            continue
        named = key(quota.feature), key(quota.value)
        if named in seen:
            text = f"„{quota.name}“ steht schon in Zeile {seen[named]}."
            mistakes.add(table.file, text, line, names[1])
        seen.setdefault(named, line)
        found.append(_Line(quota, line))
    if not rows:
        mistakes.add(table.file, "Unter der Kopfzeile steht keine Quote.")
    return _one_spelling(found)


def _one_spelling(lines: Iterable[_Line]) -> list[_Line]:
    """Spell a feature everywhere as on its first line, or it would count as several."""
    names: dict[str, str] = {}
    return [
        _Line(Quota(names.setdefault(key(q.feature), q.feature), q.value, q.min, q.max), one.line)
        for one in lines
        for q in (one.quota,)
    ]


def _quota_columns(columns: Mapping[str, int]) -> tuple[str, str, str, str]:
    if "category" not in columns:
        return "feature", "value", "min", "max"
    value = next((name for name in ("feature", "value", "name") if name in columns), "feature")
    return "category", value, "min", "max"


def _name_twice(table: Table, names: Iterable[str], mistakes: Mistakes) -> None:
    titles = [key(title) for title in table.header]
    for name in names:
        if titles.count(name) > 1:
            mistakes.add(table.file, "Diese Spalte steht mehrmals da.", table.line, name)


def _quota(
    file: str, line: int, given: Sequence[str], names: Sequence[str], mistakes: Mistakes
) -> Quota | None:
    """Return the quota; one with broken numbers too, so that people's values find it."""
    before = mistakes.count
    for name, text in zip(names[:2], given[:2], strict=True):
        if not text:
            mistakes.add(file, "Hier steht nichts.", line, name)
        elif not text.isprintable():
            mistakes.add(file, "Hier stehen Zeichen, die man nicht sieht.", line, name)
    if key(given[0]) in _TAKEN:
        text = f"„{given[0]}“ heißt schon eine Spalte des Losprotokolls; bitte umbenennen."
        mistakes.add(file, text, line, names[0])
    if mistakes.count > before:
        return None
    numbers = []
    for name, text in zip(names[2:], given[2:], strict=True):
        if text.isascii() and text.isdigit() and len(text) <= 6:
            numbers.append(int(text))
        else:
            shown = f"„{text[:40]}“ ist" if text else "Hier fehlt"
            mistakes.add(file, f"{shown} {'k' if text else ''}eine ganze Zahl ab 0.", line, name)
    if mistakes.count > before:
        return Quota(given[0], given[1], 0, 0)
    least, most = numbers
    if least > most:
        text = f"Mindestens {least} und höchstens {most} Plätze: Das geht nicht auf."
        mistakes.add(file, text, line, f"{names[2]}, {names[3]}")
    return Quota(given[0], given[1], least, most)


class _People:
    """Reads the people of a table; keeps only id, features and household."""

    def __init__(
        self,
        table: Table,
        lines: Sequence[_Line],
        same_household: Sequence[str],
        mistakes: Mistakes,
    ) -> None:
        self._table, self._mistakes, self._lines = table, mistakes, lines
        self._columns = _columns(table)
        self._known = {(key(one.quota.feature), key(one.quota.value)): one.quota for one in lines}
        self._features = {key(one.quota.feature): one.quota.feature for one in lines}
        self._homes = [
            self._home_column(name)
            for _, name in sorted({key(name): name for name in same_household}.items())
        ]
        _name_twice(table, self._features, mistakes)

    def check_features(self, quotas: Table | None) -> None:
        """Name every feature that no column has, with the first line it stands in."""
        first = {one.quota.feature: one for one in reversed(self._lines)}
        for one in sorted(first.values(), key=lambda one: one.line):
            name = one.quota.feature
            if quotas is not None and key(name) not in self._columns:
                title = quotas.header[_columns(quotas)[_quota_columns(_columns(quotas))[0]]]
                text = f"„{name}“ ist keine Spalte in {self._table.file}."
                self._mistakes.add(quotas.file, text, one.line, title)

    def _home_column(self, name: str) -> int:
        if key(name) not in self._columns:
            text = f"Die Spalte „{name}“ für den Haushalt gibt es nicht."
            self._mistakes.add(self._table.file, text, self._table.line)
        else:
            _name_twice(self._table, [key(name)], self._mistakes)
        return self._columns.get(key(name), -1)

    def read(self, id_column: str | None) -> tuple[list[Person], str]:
        """Return the people and the name of the column their ids stand in."""
        place = self._id_place(id_column)
        if place is None:
            return [], ""
        title = self._table.header[place]
        _name_twice(self._table, [key(title)], self._mistakes)
        columns = [(name, self._columns[name]) for name in self._features if name in self._columns]
        homes = [home for home in self._homes if home >= 0]
        people: list[Person] = []
        seen: dict[str, int] = {}
        alike: dict[tuple[str, ...], dict[str, str]] = {}
        for line, cells in self._table.rows(self._mistakes):
            if len(seen) >= MOST_PEOPLE:
                most = f"{MOST_PEOPLE:,}".replace(",", ".")
                text = f"Die Datei hat mehr als {most} Personen; so viele liest der Befehl nicht."
                self._mistakes.add(self._table.file, text, line)
                break
            own = normalize("NFC", cells[place].strip())
            self._check_id(own, line, title, seen)
            values = tuple(cells[column] for _, column in columns)
            if values not in alike or not all(alike[values].values()):
                alike[values] = self._values(columns, cells, line)
            people.append(Person(own, alike[values], _home([cells[home] for home in homes])))
        if not seen and not self._mistakes.count:
            self._mistakes.add(self._table.file, "Unter der Kopfzeile steht keine Person.")
        return people, title

    def _id_place(self, id_column: str | None) -> int | None:
        if id_column is not None:
            if key(id_column) not in self._columns:
                text = f"Die Spalte „{id_column}“ für die Kennung gibt es nicht."
                self._mistakes.add(self._table.file, text, self._table.line)
            return self._columns.get(key(id_column))
        for name in ("id", "nationbuilder_id"):
            if name in self._columns and name not in self._features:
                return self._columns[name]
        place = self._distinct_column()
        if place is None:
            text = (
                "Keine Spalte heißt „id“, und in keiner steht bei allen etwas anderes. "
                "Bitte mit --id sagen, in welcher die Kennung steht."
            )
            self._mistakes.add(self._table.file, text, self._table.line)
        return place

    def _distinct_column(self) -> int | None:
        """Return the first column that tells all people apart and is no feature."""
        seen: dict[int, set[str]] = {
            place: set()
            for place, title in enumerate(self._table.header)
            if title and key(title) not in self._features and place not in self._homes
        }
        for _, cells in self._table.rows(Mistakes()):
            for place in list(seen):
                value = cells[place].strip()
                if not value or value in seen[place]:
                    del seen[place]
                else:
                    seen[place].add(value)
            if not seen:
                return None
        return min(seen, default=None)

    def _check_id(self, own: str, line: int, title: str, seen: dict[str, int]) -> None:
        objection = _id_objection(own)
        if objection is None and own in seen:
            objection = f"„{own}“ steht schon in Zeile {seen[own]}."
        if objection:
            self._mistakes.add(self._table.file, objection, line, title)
        seen.setdefault(own or f"\0{line}", line)

    def _values(
        self, columns: Sequence[tuple[str, int]], cells: Sequence[str], line: int
    ) -> dict[str, str]:
        """Return the features that were given; a value without a quota is a mistake.

        It stays in as "" so that every line that has it is named.
        """
        found: dict[str, str] = {}
        for name, column in columns:
            value = key(cells[column])
            if not value:
                continue
            quota = self._known.get((name, value))
            if quota is not None:
                found[quota.feature] = quota.value
                continue
            shown = " ".join(cells[column].split())[:40]
            found[self._features[name]] = ""
            text = f"Für „{shown}“ gibt es keine Quote (ohne Angabe bleibt das Feld leer)."
            self._mistakes.add(self._table.file, text, line, self._table.header[column])
        return found


def _id_objection(own: str) -> str | None:
    if not own:
        return "Hier fehlt die Kennung."
    if len(own) > ID_LENGTH:
        return f"Die Kennung hat mehr als {ID_LENGTH} Zeichen."
    if own[0] in _FORMULA:
        return (
            f"Die Kennung beginnt mit „{own[0]}“. Ein Tabellenprogramm hielte sie für eine Formel; "
            "bitte eine andere nehmen."
        )
    if any(category(sign)[0] == "C" or category(sign) in ("Zl", "Zp") for sign in own):
        return "Die Kennung enthält Zeichen, die man nicht sieht, oder einen Umbruch."
    if "," in own:
        return "Die Kennung enthält ein Komma; in --left trennt es Kennungen."
    return None


def _home(values: Sequence[str]) -> str | None:
    """Return the household: equal values in all columns; alone when any is empty."""
    parts = [key(value) for value in values]
    return "\x1f".join(parts) if parts and all(parts) else None
