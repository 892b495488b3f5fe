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
    """16 hex digits, equal for two people of one household under `rule` and `key` (≤ 64 bytes)."""
    parts = [postcode, plain_street(street), plain(house_number)]
    if rule == "address_and_surname":
        parts.append(plain(last_name))
    elif rule != "address":
        raise ValueError(rule)
    return blake2b("\x1f".join(parts).encode(), digest_size=8, key=key).hexdigest()
