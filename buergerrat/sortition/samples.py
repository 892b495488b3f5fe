"""A few values of each column, so that a clerk can tell what is in it.

Never of blocks, religion or marital status, and never of what no letter needs (place of birth,
telephone); never from the row of somebody who is blocked.
"""

import csv
from contextlib import suppress

from buergerrat.sortition.fields import BLOCK_FIELDS, is_refused, meaning
from buergerrat.sortition.households import plain
from buergerrat.sortition.sniffing import Sniff

VALUES, LONGEST, ROWS = 3, 40, 200
_NEEDLESS = [
    "ordnungsmerkmal",
    "om",
    "persnr",
    "lfdnr",
    "id",
    "geburtsname",
    "gebname",
    "geburtsort",
    "geburtsland",
    "geburtsstaat",
    "kuenstlername",
    "ordensname",
    "telefon",
    "tel",
    "mobil",
    "handy",
    "email",
    "mail",
    "iban",
    "bic",
    "steuer",
    "ausweis",
    "pass",
    "seriennummer",
    "einzug",
    "ehegatte",
    "partner",
    "kind",
    "vater",
    "mutter",
    "vormund",
    "betreuer",
    "wohnungsgeber",
    "frueher",
    "vorherig",
    "bemerk",
    "notiz",
    "waffen",
]
_NEVER = ("sperr", "schutz", "block", "geheim", "relig", "konfess", "familienstand", "famst")


def may_be_shown(title: str) -> bool:
    """Whether values of a column may be looked at: it maps to a field, or it could."""
    name = plain(title)
    if is_refused(title) or meaning(title) in BLOCK_FIELDS or any(w in name for w in _NEVER):
        return False
    return meaning(title) is not None or not name.startswith(tuple(_NEEDLESS))


def samples(head: bytes, seen: Sniff) -> dict[str, list[str]]:
    """Up to three different values by column title, from the first bytes of the file."""
    text = head.decode(seen.encoding, "replace").removeprefix("\ufeff")
    hidden = {theirs for ours, theirs in seen.mapping.items() if ours in BLOCK_FIELDS}
    shown = {
        place: title
        for place, title in enumerate(seen.header)
        if title and title not in hidden and may_be_shown(title)
    }
    blocks = [
        place
        for place, title in enumerate(seen.header)
        if title in hidden or meaning(title) in BLOCK_FIELDS
    ]
    found: dict[str, list[str]] = {title: [] for title in shown.values()}
    lines = text.splitlines(keepends=True)[: seen.header_line + ROWS]
    with suppress(csv.Error):
        for number, cells in enumerate(csv.reader(lines, delimiter=seen.separator), start=1):
            whole = len(cells) >= len(seen.header)
            if number <= seen.header_line or not whole or any(cells[b].strip() for b in blocks):
                continue
            for place, title in shown.items():
                value = " ".join(cells[place].split())[:LONGEST]
                if value and value not in found[title] and len(found[title]) < VALUES:
                    found[title].append(value)
    return found
