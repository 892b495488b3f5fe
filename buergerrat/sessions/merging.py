"""Three-way merge of a note's text: two people wrote, nobody loses a word."""

import re
from dataclasses import dataclass

from merge3 import Merge3

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Merged:
    """One text that holds both people's changes."""

    text: str


@dataclass(frozen=True)
class Clash:
    """Both changed the same words: keep both texts and let a person choose."""

    ours: str
    theirs: str
    base: str


def merge(base: str, ours: str, theirs: str) -> Merged | Clash:
    """Merge two texts that began as `base`, word by word.

    A change that only one side made is taken over; the same change on both sides counts once.
    """
    if ours == theirs or theirs == base:
        return Merged(ours)
    if ours == base:
        return Merged(theirs)
    parts = Merge3(_words(base), _words(ours), _words(theirs)).merge_groups()
    merged: list[str] = []
    for kind, *pieces in parts:
        if kind == "conflict":
            return Clash(ours, theirs, base)
        merged.extend(pieces[0])
    return Merged("".join(merged))


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text)
