"""The numbered lists as fields of dots: a field is a hundred lists, or a thousand of very many."""

from collections.abc import Collection
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.svg import Canvas

SIDE, FIRST = 142.0, 8.0
# lists per field: dots in a row, distance, radius of the own, of the others, of the drawn one
_LOOKS = {100: (10, 14.0, 5.2, 1.9, 7.5), 1000: (40, 3.2, 1.6, 0.7, 4.0)}


@dataclass(frozen=True)
class PanelField:
    """Lists `first` to `last`: on how many the person stands, and the drawn one if it is here.

    span and drawn_label: the numbers as they are printed, such as "000–099".
    """

    first: int
    last: int
    count: int
    drawn: int | None
    picture: Markup
    span: str
    drawn_label: str


@dataclass(frozen=True)
class _Lists:
    """All lists: which are the person's, which was drawn, and how wide their numbers are."""

    mine: Collection[int]
    drawn: int | None
    total: int
    lang: str

    def label(self, number: int) -> str:
        return f"{number:0{len(str(self.total - 1))}d}"


def _words(lists: _Lists, numbers: range, here: int | None) -> tuple[str, str]:
    on = sum(number in lists.mine for number in numbers)
    first, last = lists.label(numbers[0]), lists.label(numbers[-1])
    if lists.lang == "en":
        said = f"You are on {on} of these {len(numbers)} lists."
        if here is not None:
            word = "" if here in lists.mine else "not "
            said += f" The drawn list {lists.label(here)} is here; you are {word}on it."
        return f"Lists {first} to {last}", said
    said = f"Sie stehen auf {on} dieser {len(numbers)} Listen."
    if here is not None:
        said += f" Hier liegt die gezogene Liste {lists.label(here)}, auf ihr stehen Sie"
        said += "." if here in lists.mine else " nicht."
    return f"Listen {first} bis {last}", said


def _field(lists: _Lists, numbers: range, size: int) -> PanelField:
    in_row, pitch, own, other, ring = _LOOKS[size]
    here = lists.drawn if lists.drawn in numbers else None
    rows = -(-len(numbers) // in_row)
    canvas = Canvas(SIDE, 2 * FIRST + (rows - 1) * pitch, *_words(lists, numbers, here))
    for number in numbers:
        row, column = divmod(number - numbers[0], in_row)
        x, y = FIRST + column * pitch, FIRST + row * pitch
        canvas.circle(
            *(("d-mine", x, y, own) if number in lists.mine else ("d-other", x, y, other))
        )
        if number == here:
            canvas.circle("d-drawn", x, y, ring)
    first, last = numbers[0], numbers[-1]
    return PanelField(
        first,
        last,
        sum(number in lists.mine for number in numbers),
        here,
        canvas.markup(),
        f"{lists.label(first)}–{lists.label(last)}",
        "" if here is None else lists.label(here),
    )


def panel_fields(
    mine: Collection[int], drawn: int | None = None, lang: str = "de", total: int = 1000
) -> list[PanelField]:
    """At most ten fields; `mine` are the numbers (0 to total - 1) of the person's lists.

    Up to 1,000 lists the digits are the place: the hundreds the field, then row and column.
    """
    on = frozenset(mine)
    if not on <= frozenset(range(total)):
        raise ValueError(f"lists are numbered 0 to {total - 1}")
    size = 100 if total <= 1000 else 1000
    lists = _Lists(on, drawn, total, lang)
    return [
        _field(lists, range(first, min(first + size, total)), size)
        for first in range(0, total, size)
    ]
