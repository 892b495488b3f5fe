"""People of the pool under their Losnummer, and the seals on what the public may not see.

A person's salt seals two things: their features (one commitment) and every seat they have on
a list (one mark per list). Described in docs/losprotokoll.md, sections 2.2 and 5.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from .commitment import canonical_json
from .pool import Person

SALT_LABEL = b"buergerrat/salz/1\0"
HOME_LABEL = b"buergerrat/wohnung/1\0"
SEAT_LABEL = b"buergerrat/platz/1\0"
MARK_LABEL = "buergerrat/platzzeichen/1"
MARK_LENGTH = 32  # hex digits: 128 bits, so that no two seats ever share a mark


@dataclass(frozen=True)
class Entrant:
    """Somebody in the pool under their Losnummer; the commitment hides features and salt."""

    number: str
    person_id: str
    salt: str
    commitment: str
    features: Mapping[str, str]
    household: str

    def person(self) -> Person:
        """Return the person as the lottery sees them."""
        return Person(self.number, self.features, self.household or None)


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def entrants(
    people: Sequence[Person], salt_key: bytes, own_ids: bool = False
) -> tuple[Entrant, ...]:
    """Give everybody a Losnummer: 001, 002, … in the order of the salted commitments.

    The order says nothing about names, ids or features, and hangs on no seed. With `own_ids`
    people keep the ids they came with; the order is the same.
    """
    found = []
    for person in people:
        features = {
            normalize("NFC", name): normalize("NFC", value)
            for name, value in person.features.items()
            if value
        }
        salt = hmac.digest(salt_key, SALT_LABEL + person.id.encode(), "sha256").hex()
        household = "" if person.household is None else _home(salt_key, person.household)
        opened = {"features": features, "household": household, "salt": salt}
        found.append((sha256(canonical_json(opened)), salt, household, features, person.id))
    width = max(3, len(str(len(found))))
    return tuple(
        Entrant(
            normalize("NFC", person_id) if own_ids else f"{place:0{width}d}",
            *(person_id, salt, commitment, features, household),
        )
        for place, (commitment, salt, household, features, person_id) in enumerate(
            sorted(found, key=lambda item: item[0]), start=1
        )
    )


def _home(salt_key: bytes, household: str) -> str:
    return "h" + hmac.digest(salt_key, HOME_LABEL + household.encode(), "sha256").hex()[:16]


def opening(salt: str, label: str) -> str:
    """Return what opens a person's mark on the list with this number, and on no other."""
    return hmac.digest(bytes.fromhex(salt), SEAT_LABEL + label.encode(), "sha256").hex()


def mark(number: str, label: str, opening: str) -> str:
    """Return the Platzzeichen: the sealed seat of a Losnummer on the list with this number."""
    text = "\n".join([MARK_LABEL, number, label, opening])
    return sha256(text.encode())[:MARK_LENGTH]
