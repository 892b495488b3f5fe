"""Words and numbers printed inside pictures, German first.

The pictures know no web framework: who draws them for a page hands the page's translator in as
`Words`. Texts are marked by being called as `_("…")`, so that they are found for translation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_ENGLISH = {
    "Sie": "You",
    "kleinste": "smallest",
    "größte": "largest",
    "Durchschnitt": "average",
    "Ja": "Yes",
    "Nein": "No",
    "Enthaltung": "Abstention",
    "Enthaltungen": "Abstentions",
    "nötig": "needed",
    "Mitglieder": "members",
}


def _german(text: str, **values: Any) -> str:
    return text % values if values else text


def _german_plural(one: str, many: str, num: int, **values: Any) -> str:
    return (one if num == 1 else many) % {"num": num, **values}


@dataclass(frozen=True)
class Words:
    """The language of a picture: a translator, one for plurals, and how numbers are written."""

    text: Callable[..., str] = _german
    plural: Callable[..., str] = _german_plural
    lang: str = "de"

    def percent(self, share: float, digits: int = 1) -> str:
        return percent(share, digits, self.lang)

    def decimal(self, value: float, digits: int = 1) -> str:
        return decimal(value, digits, self.lang)

    def count(self, value: int) -> str:
        return count(value, self.lang)


GERMAN = Words()


def marked(text: str) -> str:
    """A text that is translated where it is shown."""
    return text


def say(word: str, lang: str = "de") -> str:
    return _ENGLISH[word] if lang == "en" else word


def decimal(value: float, digits: int = 1, lang: str = "de") -> str:
    """12.34 -> "12,3"; thousands as in "1.234,5"."""
    text = f"{value:,.{digits}f}"
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def percent(share: float, digits: int = 1, lang: str = "de") -> str:
    """0.498 -> "49,8 %" with a no-break space."""
    return decimal(100 * share, digits, lang) + "\u00a0%"


def count(value: int, lang: str = "de") -> str:
    return decimal(value, 0, lang)


def short_day(day: object) -> str:
    """A date as "05.10."."""
    return f"{day:%d.%m.}"
