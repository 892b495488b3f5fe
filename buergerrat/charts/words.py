"""Words and numbers printed inside pictures, German first."""

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
