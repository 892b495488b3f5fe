"""Make a register extract of any size, as municipal software writes it. Nobody in it exists."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from buergerrat.demo.names import FIRST_NAMES

HEADER = (
    "OM;Familienname;Vornamen;Doktorgrad;GebDat;Geschl;StaatsAng;PLZ;Wohnort;Ortsteil;Straße;HsNr;"
    "HsZus;Wohnungsstatus;Auszugsdatum;Sterbedatum;AuskSp;Familienstand;Religion"
)
DISTRICTS = ["Kernstadt", "Niederau", "Hohenfels", "Weinberg", "Südstadt", "Mühlviertel"]
_STEMS = [
    "Ahorn",
    "Birken",
    "Linden",
    "Eichen",
    "Ulmen",
    "Erlen",
    "Weiden",
    "Kiefern",
    "Tannen",
    "Buchen",
    "Rosen",
    "Flieder",
    "Mühlen",
    "Fähr",
    "Brunnen",
    "Markt",
    "Kirch",
    "Schul",
    "Bahnhof",
    "Garten",
    "Wiesen",
    "Berg",
    "Tal",
    "Wald",
    "See",
    "Fluss",
    "Ring",
    "Post",
    "Turm",
    "Tor",
]
_KINDS = ["straße", "weg", "gasse", "allee", "platz", "ufer", "winkel", "stieg", "damm", "hof"]
_FIRST = [
    "Bau",
    "Hol",
    "Wei",
    "Lan",
    "Kra",
    "Stei",
    "Ber",
    "Wal",
    "Grün",
    "Rot",
    "Fel",
    "Schön",
    "Brü",
    "Mül",
    "Hart",
    "Kalt",
    "Neu",
    "Alt",
    "Hoch",
]
_LAST = [
    "mann",
    "er",
    "bach",
    "berger",
    "hauser",
    "ner",
    "ling",
    "inger",
    "feld",
    "stein",
    "maier",
    "hofer",
    "brück",
    "lein",
    "ow",
    "ski",
]


def _surnames() -> list[str]:
    middle = ["", "ten", "den", "ger", "ken", "zel", "ßen", "ler", "mer", "der", "ben", "ster"]
    return [first + part + last for first in _FIRST for part in middle for last in _LAST]


def lines(people: int, seed: int = 1) -> Iterator[str]:
    """Lines of an extract, household by household, with about 7 % that must be refused."""
    draw = random.Random(seed)
    names, streets = _surnames(), [stem + kind for stem in _STEMS for kind in _KINDS]
    first = [name for group in FIRST_NAMES.values() for name in group]
    yield HEADER
    written = 0
    while written < people:
        surname = names[int(draw.random() ** 2 * len(names))]
        place = int(draw.random() * len(streets) * 20)
        street, post = streets[place % len(streets)], 39000 + place // len(streets)
        home = f"{post};Elbtal;{DISTRICTS[post % len(DISTRICTS)]};{street};{draw.randint(1, 160)};"
        suffix = draw.choice(["", "", "", "", "a", "b"])
        for _ in range(min(draw.choice([1, 1, 2, 2, 3, 4]), people - written)):
            written += 1
            flaw = draw.random()
            year = 2026 - int(draw.triangular(0, 98, 50))
            birth = f"{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.{year}"
            yield (
                f"{written};{surname};{draw.choice(first)} {draw.choice(first)};"
                f"{'Dr.' if flaw > 0.98 else ''};{birth if flaw > 0.005 else f'00.00.{year}'};"
                f"{'mw'[written % 2] if flaw < 0.997 else 'd'};{'000' if flaw < 0.86 else '163'};"
                f"{home}{suffix};{'N' if 0.2 < flaw < 0.23 else 'H'};"
                f"{'01.02.2026' if 0.3 < flaw < 0.32 else ''};"
                f"{'03.05.2026' if 0.4 < flaw < 0.405 else ''};{'1' if 0.5 < flaw < 0.51 else ''};"
                f"{draw.choice('LVGW')};{draw.choice(('rk', 'ev', 'oa'))}"
            )


def write(path: Path, people: int) -> None:
    """Write the extract: Windows-1252, semicolons, CRLF."""
    with path.open("w", encoding="cp1252", newline="\r\n") as file:
        file.writelines(line + "\n" for line in lines(people))
