"""How many households an extract has under each rule, and which addresses are no households.

One number of eight bytes a person is kept, no address: 44 bits tell the address, 20 the surname
there. Among two million addresses two share a number once in ten towns; then one more may count
as a large building. A large building is an address where
at least 20 people of at least 8 surnames are registered; a home is one where at least 12 people
have nearly all different surnames, or at least 5 if its name says so (`Haus Abendruh,
Pflegeheim`). There, one address is not one household: the rule of the address alone would leave
a hundred people one letter, so it falls back to address and surname.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LARGE_PEOPLE, LARGE_NAMES = 20, 8
HOME_PEOPLE, NAMED_HOME_PEOPLE = 12, 5
_ALL_DIFFERENT = 0.9  # surnames per person; couples and namesakes live in homes too
_MANY_DIFFERENT = 0.6
# At the end of a word only: "Am Stift" and "Seniorenheim", not "Stiftstraße" or "Mannheimer Weg".
_HOME = re.compile(
    r"(heim|residenz|stift|wohnpark|pflege|unterkunft|wohngruppe|internat|kloster|hospiz"
    r"|klinik|frauenhaus|seniorenzentrum|seniorenhaus|altenzentrum|wohnanlage)\b",
    re.IGNORECASE,
)

_NAME_BITS = 20
_NAME = (1 << _NAME_BITS) - 1
_Numbers = NDArray[np.int64]


@lru_cache(maxsize=65536)
def names_a_home(street: str) -> bool:
    return _HOME.search(street) is not None


def number(address: int, last_name: str) -> int:
    """One number of an address and a surname there; see `address_of`."""
    return (address & ~_NAME) | (hash(last_name) & _NAME)


def address_of(numbered: int) -> int:
    return numbered >> _NAME_BITS


@dataclass
class Buildings:
    """The accepted people's addresses and surnames, in the order of the file, as numbers."""

    numbers: array[int] = field(default_factory=lambda: array("q"))
    named_homes: set[int] = field(default_factory=set)

    def add(self, numbered: int, named_home: bool) -> None:
        """One more person; `numbered` is made by `number`."""
        self.numbers.append(numbered)
        if named_home:
            self.named_homes.add(address_of(numbered))

    def described(self) -> Counted:
        """Count. Takes about four times the eight bytes a person, for a moment."""
        if not self.numbers:
            empty = _Rule(0, 0, 0)
            return Counted(0, empty, empty, (0, 0), (0, 0), frozenset())
        numbers = np.sort(np.frombuffer(self.numbers, np.int64))
        families = _starts(numbers)
        sizes = np.diff(families, append=len(numbers))
        numbers >>= _NAME_BITS
        starts = _starts(numbers)
        people, found = np.diff(starts, append=len(numbers)), numbers[starts]
        names = np.diff(np.searchsorted(families, starts), append=len(families))
        named = np.isin(found, np.fromiter(self.named_homes, np.int64, len(self.named_homes)))
        share = names / people
        homes = ((people >= HOME_PEOPLE) & (share >= _ALL_DIFFERENT)) | (
            named & (people >= NAMED_HOME_PEOPLE) & (share >= _MANY_DIFFERENT)
        )
        large = (people >= LARGE_PEOPLE) & (names >= LARGE_NAMES) & ~homes
        apart = homes | large
        return Counted(
            people=len(numbers),
            families=_rule(sizes),
            # Under the rule of the address, large buildings and homes go by surname.
            addresses=_rule(np.concatenate([people[~apart], sizes[np.repeat(apart, names)]])),
            large=(int(large.sum()), int(people[large].sum())),
            homes=(int(homes.sum()), int(people[homes].sum())),
            apart=frozenset(found[apart].tolist()),
        )


def _starts(ordered: _Numbers) -> _Numbers:
    """Where each run of equal numbers begins."""
    first = np.empty(len(ordered), np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return np.flatnonzero(first)


@dataclass(frozen=True)
class _Rule:
    """`shared`: people who live with somebody and cannot be drawn together with them."""

    households: int
    shared: int
    largest: int


def _rule(sizes: _Numbers) -> _Rule:
    return _Rule(len(sizes), int(sizes[sizes > 1].sum()), int(sizes.max(initial=0)))


@dataclass(frozen=True)
class Counted:
    """Households under each rule; `large` and `homes` are (addresses, people).

    `apart`: those addresses that are no household, as `address_of` numbers them.
    """

    people: int
    families: _Rule
    addresses: _Rule
    large: tuple[int, int]
    homes: tuple[int, int]
    apart: frozenset[int]

    def as_json(self) -> dict[str, dict[str, int]]:
        """Numbers only, by rule: `households`, `shared`, `largest`; and the marked addresses."""
        return {name: dict(pairs) for name, pairs in self._parts()}

    def _parts(self) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        for name, rule in (("address_and_surname", self.families), ("address", self.addresses)):
            yield name, [(key, getattr(rule, key)) for key in ("households", "shared", "largest")]
        yield "none", [("households", self.people), ("shared", 0), ("largest", min(1, self.people))]
        for name, (addresses, people) in (("large", self.large), ("homes", self.homes)):
            yield name, [("addresses", addresses), ("people", people)]


def settled(household: str, apart: frozenset[int]) -> str:
    """The household under the rule of the address, out of the two keys in one text.

    16 hex digits of the address and 16 of address and surname: see `households.household_key`.
    """
    address, family = household[:16], household[16:]
    return family if address_of(number_of(address)) in apart else address


def number_of(key: str) -> int:
    """16 hex digits as a number that fits eight bytes with a sign."""
    return int.from_bytes(bytes.fromhex(key), "big", signed=True)
