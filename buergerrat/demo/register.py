"""A synthetic register extract with the flaws that real ones have.

Seeded: the same seed gives the same bytes. Written as municipal software writes it:
Windows-1252, semicolons, CRLF, `TT.MM.JJJJ`, blank last column, a line of totals at the end.
"""

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import BinaryIO

from buergerrat.demo.names import DISTRICTS, FIRST_NAMES, NEWCOMERS, SURNAMES, streets_of

REFERENCE_DATE = date(2026, 1, 2)
TOWN = "Elbtal"
POSTCODE = "39999"
HEADER = [
    "OM",
    "Familienname",
    "Vornamen",
    "Doktorgrad",
    "GebDat",
    "Geschl",
    "StaatsAng",
    "PLZ",
    "Wohnort",
    "Ortsteil",
    "Straße",
    "HsNr",
    "HsZus",
    "Wohnungsstatus",
    "Auszugsdatum",
    "Sterbedatum",
    "AuskSp",
    "Familienstand",
    "Religion",
    "",
]

# Adults per age from 18 on, in steps of five years: a town that grows old.
_PYRAMID = [60, 55, 58, 62, 61, 58, 60, 72, 86, 84, 70, 58, 50, 48, 36, 18, 6]


@dataclass(frozen=True, slots=True)
class Resident:
    """One line before it is written; every field as text except the date of birth."""

    last_name: str
    first_name: str
    title: str
    born: date
    birth: str
    sex: str
    nationality: str
    district: str
    street: str
    number: str
    suffix: str
    status: str = "H"
    moved_out: str = ""
    died: str = ""
    block: str = ""
    marital: str = ""


def write_register(stream: BinaryIO, seed: int, people: int = 17000) -> int:
    """Write a register with `people` lines of residents; returns that number."""
    draw = random.Random(seed)  # noqa: S311 - a demonstration
    write_lines(stream, residents(draw, people), "cp1252", ";", "\r\n")
    return people


def residents(draw: random.Random, people: int) -> Iterator[Resident]:
    """Residents household by household, flaws included."""
    written = 0
    while written < people:
        for person in _household(draw):
            for line in _with_flaws(draw, person):
                if written < people:
                    written += 1
                    yield line


def _household(draw: random.Random) -> list[Resident]:
    district = draw.choices(list(DISTRICTS), weights=list(DISTRICTS.values()))[0]
    base = _adult(draw, district)
    members = [base]
    age = (REFERENCE_DATE - base.born).days // 365
    if draw.random() < (0.34 if age < 30 else 0.62 if age < 80 else 0.35):
        members.append(_partner(draw, base))
    if 24 <= age <= 52:
        for _ in range(draw.choices([0, 1, 2, 3, 4], weights=[38, 24, 27, 9, 2])[0]):
            members.append(_child(draw, base, age))
    return members


def _adult(draw: random.Random, district: str) -> Resident:
    step = draw.choices(range(len(_PYRAMID)), weights=_PYRAMID)[0]
    days = (18 + 5 * step) * 365.25 + draw.random() * 5 * 365.25
    sex = draw.choices(["w", "m", "d", "x"], weights=[5080, 4890, 18, 12])[0]
    nationality = "000" if draw.random() < 0.9 else draw.choice(list(NEWCOMERS))
    surname = draw.choice(NEWCOMERS[nationality][0] if nationality in NEWCOMERS else SURNAMES)
    if draw.random() < 0.03:
        surname = f"{surname}-{draw.choice(SURNAMES)}"
    born = REFERENCE_DATE - timedelta(days=int(days))
    return Resident(
        last_name=surname,
        first_name=_first_name(draw, sex, nationality),
        title=draw.choices(["", "Dr."], weights=[98, 2])[0],
        born=born,
        birth=f"{born:%d.%m.%Y}",
        sex=sex,
        nationality=nationality,
        district=district,
        street=draw.choice(streets_of(district)),
        number=str(draw.randint(1, 96)),
        suffix=draw.choices(["", "a", "b", "c"], weights=[88, 7, 4, 1])[0],
        marital=draw.choice(["LD", "VH", "GS", "VW"]),
    )


def _first_name(draw: random.Random, sex: str, nationality: str) -> str:
    side = sex if sex in FIRST_NAMES else draw.choice(["w", "m"])
    if nationality in NEWCOMERS:
        return draw.choice(NEWCOMERS[nationality][1 if side == "w" else 2])
    names = draw.sample(FIRST_NAMES[side], 2)
    return " ".join(names) if draw.random() < 0.2 else names[0]


def _relative(draw: random.Random, base: Resident, born: date, sex: str) -> Resident:
    return replace(
        base,
        first_name=_first_name(draw, sex, base.nationality),
        title="",
        born=born,
        birth=f"{born:%d.%m.%Y}",
        sex=sex,
    )


def _partner(draw: random.Random, base: Resident) -> Resident:
    sex = (
        {"w": "m", "m": "w"}.get(base.sex, draw.choice("wm")) if draw.random() < 0.96 else base.sex
    )
    latest = REFERENCE_DATE - timedelta(days=18 * 366)
    born = min(latest, base.born + timedelta(days=draw.randint(-1800, 1800)))
    partner = _relative(draw, base, born, sex)
    return partner if draw.random() < 0.7 else replace(partner, last_name=draw.choice(SURNAMES))


def _child(draw: random.Random, base: Resident, age: int) -> Resident:
    oldest = min(24, age - 18)
    days = draw.randint(20, max(21, oldest * 365))
    sex = draw.choices(["w", "m", "x"], weights=[488, 511, 1])[0]
    return replace(_relative(draw, base, REFERENCE_DATE - timedelta(days=days), sex), marital="LD")


def _with_flaws(draw: random.Random, person: Resident) -> Iterator[Resident]:
    """The person's line, flawed in one of the ways of the trade, sometimes twice."""
    luck = draw.random()
    born = person.born
    if luck < 0.008:
        yield replace(person, block=draw.choice(["3", "11", "S"]))
    elif luck < 0.014:
        day = REFERENCE_DATE - timedelta(days=draw.randint(1, 300))
        yield replace(person, moved_out=f"{day:%d.%m.%Y}")
    elif luck < 0.017:
        day = REFERENCE_DATE - timedelta(days=draw.randint(1, 90))
        yield replace(person, died=f"{day:%d.%m.%Y}")
    elif luck < 0.027:
        yield replace(
            person, birth=f"00.{born:%m.%Y}" if draw.random() < 0.4 else f"00.00.{born:%Y}"
        )
    elif luck < 0.0275:
        yield replace(person, birth=draw.choice(["00.00.0000", ""]))
    elif luck < 0.06:
        yield replace(person, status="N")
    elif luck < 0.065:
        yield person
        yield replace(person, last_name=person.last_name.upper().replace("ß", "SS"))
    elif luck < 0.073:
        yield person
        yield replace(person, status="N", street=draw.choice(streets_of("Kernstadt")))
    elif luck < 0.08:
        yield replace(person, nationality=f"{person.nationality}, {draw.choice(list(NEWCOMERS))}")
    else:
        yield person


def cells(number: int, person: Resident) -> list[str]:
    """The line as the columns of `HEADER` want it."""
    return [
        f"{number:07d}",
        person.last_name,
        person.first_name,
        person.title,
        person.birth,
        person.sex,
        person.nationality,
        POSTCODE,
        TOWN,
        person.district,
        person.street,
        person.number,
        person.suffix,
        person.status,
        person.moved_out,
        person.died,
        person.block,
        person.marital,
        "--",
        "",
    ]


def write_lines(
    stream: BinaryIO,
    people: Iterator[Resident],
    encoding: str,
    separator: str,
    newline: str,
    birth: Callable[[Resident], str] | None = None,
) -> None:
    text = io.TextIOWrapper(stream, encoding, newline="", write_through=False)
    text.write(separator.join(HEADER) + newline)
    count = 0
    for count, person in enumerate(people, start=1):
        line = cells(count, person if birth is None else replace(person, birth=birth(person)))
        quoted = (f'"{cell}"' if separator in cell else cell for cell in line)
        text.write(separator.join(quoted) + newline)
    text.write(
        separator.join(["Summe", f"{count} Datensätze", *[""] * (len(HEADER) - 2)]) + newline
    )
    text.flush()
    text.detach()
