"""Who does not want to be written to again, recognised without knowing who it is.

A keyed hash (HMAC-SHA-256) of the name with the address, and of the name with the date of
birth where one is known: the first finds somebody who spells differently, the second somebody
who has moved. Without the town's key nobody can try names against it.
"""

import hmac
from hashlib import sha256

from buergerrat.sortition.households import plain, plain_street


def digests(
    key: bytes,
    first_name: str,
    last_name: str,
    street: str,
    house_number: str,
    postcode: str,
    birth: str = "",
) -> tuple[str, ...]:
    """One or two texts of 64 hex digits; empty without a name.

    Only the first of several given names counts, because offices send one or all of them.
    `street` may hold the house number itself. birth: `YYYY-MM-DD`, or empty when unknown.
    """
    given = first_name.split()
    name = f"{plain(given[0]) if given else ''}\x1f{plain(last_name)}"
    if not last_name.strip():
        return ()
    home = f"{postcode.strip()}\x1f{plain_street(f'{street} {house_number}')}"
    found = [f"address\x1f{name}\x1f{home}"] if street.strip() else []
    if birth:
        found.append(f"birth\x1f{name}\x1f{birth}")
    return tuple(hmac.new(key, text.encode(), sha256).hexdigest() for text in found)
