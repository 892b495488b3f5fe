"""Which people count as one household: same address, and by default the same surname.

The surname keeps large buildings and homes from becoming one household where flat numbers
are missing. The key is a keyed hash, so that it can be stored without telling the address.
"""

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

HOUSEHOLD_RULES: dict[str, str] = {
    "address_and_surname": "gleiche Anschrift und gleicher Familienname",
    "address": "gleiche Anschrift",
}
HOUSEHOLD_CHOICES = HOUSEHOLD_RULES | {"none": "keine Haushaltsregel"}
_ONE = "Haushalt: aus jedem Haushalt höchstens eine Person, die mit dem kleinsten Los."
HOUSEHOLD_SENTENCES: dict[str, str] = {
    "address_and_surname": f"{_ONE} Ein Haushalt: gleiche Anschrift und gleicher Familienname.",
    "address": f"{_ONE} Ein Haushalt: gleiche Anschrift; in großen Häusern (ab 20 Personen mit "
    "mindestens 8 Familiennamen) und in Heimen auch gleicher Familienname.",
    "none": "Haushalt: keine Regel; jede Zeile zählt für sich.",
}
"""The rule as the commitment and the record name it."""
BOTH = "both"
"""The keys of both rules in one text, to be settled once large buildings are known."""

_DEFAULT = "address_and_surname"
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_STREET = re.compile(r"(?:strasse|str)(?=[^a-z]|$)")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Letters a–z and digits only: what stays the same however a clerk spelt it.

    A text without any (another script) stays as it is, lest all such texts become equal.
    """
    lower = unicodedata.normalize("NFC", text).lower().translate(_FOLD)
    bare = unicodedata.normalize("NFKD", lower)
    letters = _NOT_WORD.sub("", "".join(c for c in bare if not unicodedata.combining(c)))
    return letters or "".join(lower.split())


@lru_cache(maxsize=65536)
def plain_street(text: str) -> str:
    """As `plain`, with `Straße`, `Strasse` and `Str.` made the same."""
    lower = unicodedata.normalize("NFC", text).lower().translate(_FOLD)
    return plain(_STREET.sub("str", lower))


def household_key(
    street: str, house_number: str, postcode: str, last_name: str, *, rule: str, key: bytes
) -> str:
    """16 hex digits, equal for two people of one household under `rule` and `key` (≤ 64 bytes).

    Under `BOTH`, 32: those of the address, then those of address and surname. Under `none`, "".
    """
    if rule == "none":
        return ""
    if rule == BOTH:
        given = (street, house_number, postcode, last_name)
        return "".join(household_key(*given, rule=one, key=key) for one in ("address", _DEFAULT))
    parts = [postcode, plain_street(street), plain(house_number)]
    if rule == _DEFAULT:
        parts.append(plain(last_name))
    elif rule != "address":
        raise ValueError(rule)
    return blake2b("\x1f".join(parts).encode(), digest_size=8, key=key).hexdigest()
