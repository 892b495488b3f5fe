"""The kinds of letters: who gets one is the services' business, what it looks like stands here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def N_(text: str) -> str:
    """Mark for the catalogue; translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter. `pages` of letter, privacy, card; languages follow behind them.

    `answers`: the letter carries the code and the ways to answer. `translated`: further
    languages than German and Leichte Sprache have texts for it.
    """

    key: str
    slug: str
    label: str
    many: str
    whom: str
    pages: tuple[str, ...] = ("letter",)
    answers: bool = False
    translated: bool = False


_ALL = (
    Kind("invitation", "einladung", N_("Einladung"), N_("Einladungen"), N_("alle, die ausgelost sind"),
         ("letter", "privacy", "card"), answers=True, translated=True),
    Kind("reminder", "erinnerung", N_("Erinnerung"), N_("Erinnerungen"), N_("wer noch nicht geantwortet hat"),
         ("letter", "card"), answers=True, translated=True),
    Kind("acceptance", "platz", N_("Platz im Bürgerrat"), N_("Briefe an Ausgeloste"), N_("wer auf der gelosten Liste steht"),
         answers=True),
    Kind("refusal", "dank", N_("Absage mit Dank"), N_("Absagen mit Dank"), N_("wer keinen Platz hat")),
    Kind("reserve", "reserve", N_("Reserve"), N_("Briefe an die Reserve"), N_("die Ersten in der Reihenfolge des Nachrückens")),
    Kind("replacement", "nachruecken", N_("Nachrücken"), N_("Briefe zum Nachrücken"), N_("wer auf einen freien Platz nachrückt"),
         answers=True),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.key: kind for kind in _ALL}
BY_SLUG: Mapping[str, Kind] = {kind.slug: kind for kind in _ALL}

STANDARD, EASY = "de", "leicht"
LANGUAGES: Mapping[str, str] = {
    STANDARD: N_("Deutsch"),
    EASY: N_("Leichte Sprache"),
    "en": "English",
    "tr": "Türkçe",
    "uk": "Українська",
    "pl": "Polski",
    "ru": "Русский",
}
"""Language → its own name. Arabic is left out: the fonts lack its letters and their shaping."""


def languages_of(kind: Kind) -> tuple[str, ...]:
    """Those with a text for this kind; the first one is the letter itself."""
    return tuple(LANGUAGES) if kind.translated else (STANDARD, EASY)
