"""Further pages of a letter, one module per language: the text and what cannot be edited away.

A module has `TEXTS` (kind → subject and body), `ANSWER` and `RIGHTS` (heading and lines), and
`FORWARDED` (the lines of `RIGHTS` for people whose address never came here).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from buergerrat.sortition.letter_languages import (
    easy,
    english,
    polish,
    russian,
    turkish,
    ukrainian,
)

Section = tuple[str, str]
"""Heading and lines."""


@dataclass(frozen=True, slots=True)
class Language:
    """The built-in texts of one language. `accept` stands in for `answer` where a seat is offered."""

    texts: Mapping[str, Mapping[str, str]]
    answer: Section
    rights: Section
    forwarded: Section
    accept: Section | None = None


EXTRA: Mapping[str, Language] = {
    "leicht": Language(easy.TEXTS, easy.ANSWER, easy.RIGHTS, easy.FORWARDED, easy.ACCEPT),
    "en": Language(english.TEXTS, english.ANSWER, english.RIGHTS, english.FORWARDED),
    "tr": Language(turkish.TEXTS, turkish.ANSWER, turkish.RIGHTS, turkish.FORWARDED),
    "uk": Language(ukrainian.TEXTS, ukrainian.ANSWER, ukrainian.RIGHTS, ukrainian.FORWARDED),
    "pl": Language(polish.TEXTS, polish.ANSWER, polish.RIGHTS, polish.FORWARDED),
    "ru": Language(russian.TEXTS, russian.ANSWER, russian.RIGHTS, russian.FORWARDED),
}
