"""Edits of a record's files: each says which text of which file becomes which other text."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from primitives import DICE

from buergerrat.sortition.record_tables import decimal

Files = dict[str, bytes]


def grid(files: Files, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(files[name].decode(), newline="")))


def about(files: Files) -> Any:
    return json.loads(files["record.json"])


Edit = Callable[[Files], tuple[str, str, str]]  # file, old, new


def both(file: str, old: Callable[[Files], str], new: Callable[[Files], str]) -> Edit:
    return lambda files: (file, old(files), new(files))


def lines(file: str, *places: int) -> Callable[[Files], str]:
    return lambda files: "".join(
        files[file].decode().splitlines(keepends=True)[place] for place in places
    )


def text(value: str) -> Callable[[Files], str]:
    return lambda files: value


def turned(value: str) -> str:
    """The text with its last hex digit changed."""
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def inside(file: str, row: int, column: int) -> Edit:
    """A cell that holds hex, with one digit changed."""

    def edit(files: Files) -> tuple[str, str, str]:
        cell = grid(files, file)[row][column]
        return file, cell, turned(cell)

    return edit


def emptied(file: str, row: int, column: int) -> Edit:
    """A cell with nothing in it any more."""
    return lambda files: (file, grid(files, file)[row][column], "")


def digit(*names: str) -> Edit:
    """A hex value of record.json, with one digit changed."""

    def edit(files: Files) -> tuple[str, str, str]:
        found = about(files)
        for name in names:
            found = found[int(name)] if isinstance(found, list) else found[name]
        return "record.json", f'"{found}"', f'"{turned(found)}"'

    return edit


def other_member(files: Files) -> tuple[str, str, str]:
    """Somebody else instead of the first member of the drawn list, in ascending order."""
    panel = about(files)["panel"]["pick"]["panel"]
    ids = [row[0] for row in grid(files, "people.csv")[1:]]
    swapped = sorted([*panel[1:], next(one for one in ids if one not in panel)])
    return "record.json", f'"panel":{_list(panel)}', f'"panel":{_list(swapped)}'


def other_order(files: Files) -> tuple[str, str, str]:
    turn = about(files)["panel"]["pick"]["order"]
    return "record.json", _list(turn), _list([turn[1], turn[0], *turn[2:]])


def other_next(files: Files) -> tuple[str, str, str]:
    """The last in turn takes a seat instead of who was next."""
    pick = about(files)["panel"]["pick"]
    taken = {one for event in pick["events"] for one in (*event["left"], event["seated"])}
    last = next(one for one in reversed(pick["order"]) if one not in {*pick["panel"], *taken})
    old = f'"seated":"{pick["events"][0]["seated"]}"'
    return "record.json", old, f'"seated":"{last}"'


def no_events(files: Files) -> tuple[str, str, str]:
    found = json.dumps(
        about(files)["panel"]["pick"]["events"],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return "record.json", f'"events":{found}', '"events":[]'


def swapped_seat(files: Files) -> tuple[str, str, str]:
    """Another person of the pool on list 0, in ascending order."""
    head, *ids = grid(files, "panels.csv")[1]
    absent = next(row[0] for row in grid(files, "people.csv")[1:] if row[0] not in ids)
    new = sorted([absent, *ids[1:]])
    return "panels.csv", ",".join([head, *ids]), ",".join([head, *new])


def other_feature(files: Files) -> tuple[str, str, str]:
    return "features.csv", "60+", "30–59"


def other_digits(files: Files) -> tuple[str, str, str]:
    now = about(files)["panel"]["pick"]["digits"]
    return "record.json", f'"digits":"{now}"', f'"digits":"{turned(now)}"'


def unreduced(files: Files) -> tuple[str, str, str]:
    lowest = about(files)["panel"]["lowest"]
    over, under = lowest.split("/")
    return "record.json", f'"lowest":"{lowest}"', f'"lowest":"{2 * int(over)}/{2 * int(under)}"'


def fewer_excluded(files: Files) -> tuple[str, str, str]:
    first, second = about(files)["panel"]["excluded_ids"]
    return "record.json", _list([first, second]), _list([first])


def turned_excluded(files: Files) -> tuple[str, str, str]:
    first, second = about(files)["panel"]["excluded_ids"]
    return "record.json", _list([first, second]), _list([second, first])


def _list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def row_swap(file: str, first: int) -> Edit:
    return both(file, lines(file, first, first + 1), lines(file, first + 1, first))


def row_gone(file: str, place: int) -> Edit:
    return both(file, lines(file, place), text(""))


def row_added(file: str, row: str) -> Edit:
    """The row after the last one."""
    return both(file, lines(file, -1), lambda files: lines(file, -1)(files) + row)


def people_of(files: Files) -> dict[int, int]:
    """counts.csv: number of lists → people."""
    return {int(row[0]): int(row[1]) for row in grid(files, "counts.csv")[1:]}


def counts_text(people: dict[int, int], lists: int) -> str:
    found = [f"{n},{people[n]},{decimal(n, lists)}\n" for n in sorted(people) if people[n]]
    return "panels,people,chance\n" + "".join(found)


def new_counts(files: Files, people: dict[int, int]) -> tuple[str, str, str]:
    """The whole of counts.csv, well formed."""
    lists = len(grid(files, "marks.csv")) - 1
    return "counts.csv", files["counts.csv"].decode(), counts_text(people, lists)


def counted(files: Files, more: dict[int, int]) -> tuple[str, str, str]:
    """counts.csv with more (or fewer) people in some of its rows, in their order."""
    people = people_of(files)
    steps = sorted(people)
    for place, change in more.items():
        people[steps[place]] += change
    return new_counts(files, people)


def other_counts(files: Files) -> tuple[str, str, str]:
    """People of the highest count get one list more and one less in pairs: all sums stay."""
    people = people_of(files)
    most = max(people)
    pairs, rest = divmod(people.pop(most), 2)
    assert pairs
    assert most - 1 >= min(people)
    for count, number in ((most - 1, pairs), (most, rest), (most + 1, pairs)):
        people[count] = people.get(count, 0) + number
    return new_counts(files, people)


def json_text(old: str, new: str, file: str = "record.json") -> Edit:
    return lambda files: (file, old, new)


BOTH: dict[str, Edit] = {
    "seed: another public value": json_text(DICE, DICE[::-1]),
    "seed: not what follows": digit("panel", "seed", "seed"),
    "seed: made up for a real draw": json_text('"kind":"invitation"', '"kind":"local"'),
    "record: another Bürgerrat than was fixed": json_text("Bürgerrat Elbtal", "Bürgerrat Irgendwo"),
    "commitment: other rules afterwards": json_text("ab 16", "ab 14", "commitment.json"),
    "commitment: other seats afterwards": json_text(
        '"seats":4', '"seats":3', "panel_commitment.json"
    ),
    "rehearsal claimed for a real draw": json_text('"rehearsal":true', '"rehearsal":false'),
    "tickets: a stranger invited": inside("tickets.csv", 1, 4),
    "tickets: a better ticket": inside("tickets.csv", 2, 5),
    "tickets: two exchanged": row_swap("tickets.csv", 1),
    "tickets: one left out": row_gone("tickets.csv", 1),
    "tickets: the last one left out": row_gone("tickets.csv", -1),
    "tickets: a false proof": inside("tickets.csv", 1, 6),
    "tickets: no proof": emptied("tickets.csv", 1, 6),
    "people: one removed": row_gone("people.csv", 12),
    "people: one exchanged": inside("people.csv", 3, 1),
    "people: two exchanged": row_swap("people.csv", 1),
    "quotas: a maximum edited": json_text("16–29,1,2", "16–29,1,3", "quotas.csv"),
    "quotas: a row removed": row_gone("quotas.csv", 1),
    "marks: a seat exchanged on the drawn list": inside("marks.csv", 43, 2),
    "marks: two lists exchanged": row_swap("marks.csv", 43),
    "marks: a list removed": row_gone("marks.csv", 100),
    "marks: a list twice": both("marks.csv", lines("marks.csv", 2), lines("marks.csv", 1)),
    "counts: another chance": lambda files: (
        "counts.csv",
        grid(files, "counts.csv")[1][2],
        "0.999999",
    ),
    "counts: a person more": lambda files: counted(files, {1: 1}),
    "counts: a seat more": lambda files: counted(files, {0: -1, 1: 1}),
    "counts: a row of nobody": row_added("counts.csv", "100,0,1.000000\n"),
    "counts: rows exchanged": row_swap("counts.csv", 1),
    "counts: the lowest row removed": row_gone("counts.csv", 1),
    "excluded: one without a chance claimed": json_text('"excluded":0', '"excluded":1'),
    "pick: other digits": other_digits,
    "pick: another member": other_member,
    "pick: another opening": digit("panel", "pick", "openings", "0"),
    "pick: a friendlier order": other_order,
    "an unknown format": json_text("buergerrat-losprotokoll/2", "buergerrat-losprotokoll/1"),
    "lowest: the same, not reduced": unreduced,
    "not JSON": json_text("{", "[", "record.json"),
}
FULL: dict[str, Edit] = {
    "chances: a list more": lambda files: (
        "chances.csv",
        lines("chances.csv", 1)(files),
        "001,99,0.990000\n",
    ),
    "chances: a share made up": lambda files: (
        "chances.csv",
        grid(files, "chances.csv")[1][2],
        "0.999999",
    ),
    "chances: two exchanged": row_swap("chances.csv", 1),
    "chances: one removed": row_gone("chances.csv", 12),
    "counts: others with the same sums": other_counts,
    "excluded_ids: somebody with a chance": json_text(
        '"excluded_ids":[]', '"excluded_ids":["001"]'
    ),
    "features: one edited": other_feature,
    "features: a salt edited": inside("features.csv", 1, 1),
    "panels: another person on a list": swapped_seat,
    "panels: two lists exchanged": row_swap("panels.csv", 1),
    "marks: a seat exchanged on another list": inside("marks.csv", 1, 1),
}
