"""The codes on a letter: QR for the answer, data-matrix for the enveloping machine.

Both are linear: with the mask and the length fixed, exchanging one character turns over the same
modules whatever the others are. So a code is the sum (XOR) of a first one and of one change for
each place, and a change is worked out once. Twenty thousand codes cost a few hundred full ones.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno
from reportlab.graphics.barcode.ecc200datamatrix import ECC200DataMatrix

_DARK = re.compile("1+")
_TAIL = 10
"""How many characters at the end of a link differ from letter to letter: those of the code."""
Bits = Callable[[str], tuple[int, int]]
"""Content → modules along a side, and all modules as one number, row by row."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A square code; stands in for a reportlab path, since its bars are whole numbers that need
    no formatting."""

    side: int
    bars: str

    def getCode(self) -> str:
        return self.bars


class Press:
    """Makes codes whose contents have the same length and differ in places only."""

    def __init__(self, full: Bits, start: Sequence[str]) -> None:
        self.full, self.start = full, tuple(start)
        self.side, self.first = full("".join(start))
        self.changes: dict[tuple[int, str], int] = {}

    def symbol(self, parts: Sequence[str]) -> Symbol:
        bits = self.first
        for place, part in enumerate(parts):
            if (change := self.changes.get((place, part))) is None:
                change = self.changes[place, part] = self._change(place, part)
            bits ^= change
        return drawn(self.side, bits)

    def _change(self, place: int, part: str) -> int:
        content = (*self.start[:place], part, *self.start[place + 1 :])
        return self.full("".join(content))[1] ^ self.first


def drawn(side: int, bits: int) -> Symbol:
    """The dark runs of every row as one path."""
    modules = f"{bits:0{side * side}b}"
    bars = []
    for row in range(side):
        # A hair higher than its row, so that no white seam shows between two rows.
        for run in _DARK.finditer(modules, row * side, (row + 1) * side):
            start, end = run.span()
            bars.append(f"{start - row * side} {row} {end - start} 1.02 re")
    return Symbol(side, " ".join(bars))


def qr_code(link: str) -> Symbol:
    """Error level M. The mask is the best one for the part that all links share."""
    if len(link) <= _TAIL or not link.isascii():
        return drawn(*_qr_bits(link))
    return _qr_press(link[:-_TAIL]).symbol(link[-_TAIL:])


@lru_cache(maxsize=4)
def _qr_press(stem: str) -> Press:
    start = "0" * _TAIL
    mask = segno.make_qr(stem + start, error="m", boost_error=False, mode="byte").mask
    return Press(lambda tail: _qr_bits(stem + tail, mask), start)


def _qr_bits(content: str, mask: int | None = None) -> tuple[int, int]:
    code = segno.make_qr(content, error="m", boost_error=False, mode="byte", mask=mask)
    return len(code.matrix), _number(code.matrix)


def _number(rows: Sequence[Sequence[int]]) -> int:
    return int("".join("1" if dark else "0" for row in rows for dark in row), 2)


def data_matrix(digits: str) -> Symbol:
    """ECC 200 of 14 × 14 modules for up to 16 digits, an even number of them."""
    pairs = [digits[place : place + 2] for place in range(0, len(digits), 2)]
    return _matrix_press(len(pairs)).symbol(pairs)


@lru_cache(maxsize=4)
def _matrix_press(pairs: int) -> Press:
    return Press(_matrix_bits, ["00"] * pairs)


def _matrix_bits(digits: str) -> tuple[int, int]:
    matrix = _SmallMatrix(digits)
    matrix.validate()
    rows = matrix.encode()[::-1]
    return len(rows), _number(rows)


class _SmallMatrix(ECC200DataMatrix):
    """reportlab's placement and error words work for every size; its own is 44 × 44 only."""

    def __init__(self, digits: str) -> None:
        super().__init__(digits)
        self.row_modules = self.col_modules = 14
        self.row_regions = self.col_regions = 1
        self.row_usable_modules = self.col_usable_modules = 12
        self.cw_data, self.cw_ecc = 8, 10

    def _encode_c40(self, value: str) -> list[int]:
        """Pairs of digits, then padding (ISO/IEC 16022, 5.2.3)."""
        words = [130 + int(value[place : place + 2]) for place in range(0, len(value), 2)]
        if len(words) < self.cw_data:
            words.append(129)
        while len(words) < self.cw_data:
            word = 130 + 149 * (len(words) + 1) % 253
            words.append(word if word <= 254 else word - 254)
        return words
