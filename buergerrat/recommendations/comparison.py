"""Two versions of a text, word by word: what is new, what is gone."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["equal", "insert", "delete"]
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Segment:
    """A run of text that both versions have, that is new, or that was deleted."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> list[Segment]:
    """Segments in reading order, what was deleted before what replaces it.

    Joined, "equal" and "delete" give `before`; "equal" and "insert" give `after`.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    segments: list[Segment] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            _add(segments, "equal", old[a:b])
        else:
            _add(segments, "delete", old[a:b])
            _add(segments, "insert", new[c:d])
    return _bridge(segments)


def _add(segments: list[Segment], kind: Kind, tokens: list[str]) -> None:
    if tokens:
        segments.append(Segment(kind, "".join(tokens)))


def _bridge(segments: list[Segment]) -> list[Segment]:
    """Draw changes together that only a blank separates: whole phrases read more easily."""
    joined: list[Segment] = []
    gone, came = "", ""
    for i, segment in enumerate(segments):
        inside = 0 < i < len(segments) - 1 and (gone and came)
        if segment.kind == "equal" and not (inside and not segment.text.strip()):
            joined += _flush(gone, came)
            gone, came = "", ""
            joined.append(segment)
            continue
        gone += segment.text if segment.kind != "insert" else ""
        came += segment.text if segment.kind != "delete" else ""
    return joined + _flush(gone, came)


def _flush(gone: str, came: str) -> list[Segment]:
    found: list[Segment] = []
    _add(found, "delete", [gone] if gone else [])
    _add(found, "insert", [came] if came else [])
    return found
