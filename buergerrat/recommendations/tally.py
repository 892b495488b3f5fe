"""Counting a ballot: exact fractions, and the outcome as a sentence anyone can check."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor


class Base(StrEnum):
    """Of what the threshold is a share."""

    CAST = "cast"
    VALID = "valid"
    PRESENT = "present"
    ENTITLED = "entitled"


BASE_LABELS = {
    Base.CAST: "abgegebene Stimmen, Enthaltungen zählen mit",
    Base.VALID: "gültige Stimmen ohne Enthaltungen",
    Base.PRESENT: "anwesende Mitglieder",
    Base.ENTITLED: "alle stimmberechtigten Mitglieder",
}


@dataclass(frozen=True)
class Threshold:
    """The share of yes that is needed: at least `share`, or strictly more than it."""

    share: Fraction
    more_than: bool = False

    def needed(self, base: int) -> int:
        """Smallest number of yes that passes out of `base`; never less than one."""
        exact = self.share * base
        return max(1, floor(exact) + 1 if self.more_than else ceil(exact))

    @property
    def words(self) -> str:
        """ "mehr als die Hälfte", "zwei Drittel", "66,5 %"."""
        named = {
            Fraction(1, 2): "die Hälfte",
            Fraction(2, 3): "zwei Drittel",
            Fraction(3, 4): "drei Viertel",
        }
        amount = named.get(self.share) or f"{_german(self.share * 100)} %"
        return f"mehr als {amount}" if self.more_than else amount


SIMPLE_MAJORITY = Threshold(Fraction(1, 2), more_than=True)
TWO_THIRDS = Threshold(Fraction(2, 3))
THREE_QUARTERS = Threshold(Fraction(3, 4))
_NAMED = {
    "simple": SIMPLE_MAJORITY,
    "two_thirds": TWO_THIRDS,
    "three_quarters": THREE_QUARTERS,
}
THRESHOLD_LABELS = {
    "simple": "einfache Mehrheit (mehr als die Hälfte)",
    "two_thirds": "zwei Drittel",
    "three_quarters": "drei Viertel",
}


@dataclass(frozen=True)
class Votes:
    """Numbers of one ballot; ValueError with a German sentence when they cannot be true."""

    yes: int
    no: int
    abstain: int
    present: int
    entitled: int

    def __post_init__(self) -> None:
        if min(self.yes, self.no, self.abstain, self.present, self.entitled) < 0:
            raise ValueError("Stimmen können nicht kleiner als 0 sein.")
        if self.cast > self.present:
            raise ValueError(
                f"Es sind {self.cast} Stimmen, aber nur {self.present} Mitglieder anwesend."
            )
        if self.present > self.entitled:
            raise ValueError(
                f"Es sind {self.present} Mitglieder anwesend, "
                f"aber nur {self.entitled} stimmberechtigt."
            )

    @property
    def cast(self) -> int:
        """Yes, no and abstentions."""
        return self.yes + self.no + self.abstain

    @property
    def valid(self) -> int:
        """Yes and no."""
        return self.yes + self.no

    def of(self, base: Base) -> int:
        """The number that the threshold is a share of."""
        counts = {
            Base.CAST: self.cast,
            Base.VALID: self.valid,
            Base.PRESENT: self.present,
            Base.ENTITLED: self.entitled,
        }
        return counts[base]


@dataclass(frozen=True)
class Outcome:
    """Result of a ballot. `share` is yes ÷ base, None when the base is empty."""

    adopted: bool
    quorate: bool
    votes: Votes
    base: Base
    base_count: int
    needed: int
    share: Fraction | None
    sentence: str


def percent(value: str | int | Decimal) -> Threshold:
    """A threshold of at least so many per cent, "66,5" or 80; 1 to 100."""
    try:
        number = Decimal(str(value).strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"„{value}“ ist keine Zahl.") from None
    if not number.is_finite() or not 1 <= number <= 100:
        raise ValueError("Die nötige Mehrheit liegt zwischen 1 und 100 Prozent.")
    return Threshold(Fraction(number) / 100)


def threshold(key: str) -> Threshold:
    """The threshold stored as "simple", "two_thirds", "three_quarters" or "percent:66.5"."""
    if key in _NAMED:
        return _NAMED[key]
    kind, _, amount = key.partition(":")
    if kind != "percent":
        raise ValueError(f"„{key}“ ist keine bekannte Mehrheit.")
    return percent(amount)


def outcome(
    votes: Votes,
    base: Base = Base.VALID,
    threshold: Threshold = SIMPLE_MAJORITY,
    quorum: Fraction | None = None,
) -> Outcome:
    """Count. `quorum` is the share of entitled members who must be present."""
    count = votes.of(base)
    needed = threshold.needed(count)
    must_attend = ceil(quorum * votes.entitled) if quorum else 0
    quorate = votes.present >= must_attend
    adopted = quorate and votes.yes >= needed
    return Outcome(
        adopted=adopted,
        quorate=quorate,
        votes=votes,
        base=base,
        base_count=count,
        needed=needed,
        share=Fraction(votes.yes, count) if count else None,
        sentence=_sentence(votes, base, threshold, needed, adopted, quorate, must_attend),
    )


def _sentence(
    votes: Votes,
    base: Base,
    threshold: Threshold,
    needed: int,
    adopted: bool,
    quorate: bool,
    must_attend: int,
) -> str:
    if not quorate:
        return (
            f"Nicht beschlussfähig: {votes.present} von {votes.entitled} Mitgliedern waren da, "
            f"nötig waren {must_attend}."
        )
    count = votes.of(base)
    if count == 0:
        return "Nicht angenommen: Niemand hat mit Ja oder Nein gestimmt."
    result = "angenommen" if adopted else "nicht angenommen"
    share = _german(Fraction(100 * votes.yes, count), places=1)
    return (
        f"Mit {votes.yes} von {_of(base, count)} {result} ({share}\u00a0%). "
        f"Nötig {_were(threshold)}, also {needed}."
    )


def _were(threshold: Threshold) -> str:
    one = threshold.share == 1
    return "waren alle" if one else f"waren {threshold.words}"


def _of(base: Base, count: int) -> str:
    singular, plural = {
        Base.CAST: ("abgegebenen Stimme", "abgegebenen Stimmen"),
        Base.VALID: ("gültigen Stimme", "gültigen Stimmen"),
        Base.PRESENT: ("anwesenden Mitglied", "anwesenden Mitgliedern"),
        Base.ENTITLED: ("stimmberechtigten Mitglied", "stimmberechtigten Mitgliedern"),
    }[base]
    return f"{count} {singular if count == 1 else plural}"


def _german(number: Fraction, places: int | None = None) -> str:
    """Decimal comma, rounded half up; without `places` as many as needed, at most four."""
    digits = 4 if places is None else places
    units = floor(number * 10**digits + Fraction(1, 2))
    whole, rest = divmod(units, 10**digits)
    text = f"{whole},{rest:0{digits}d}" if digits else str(whole)
    return text.rstrip("0").rstrip(",") if places is None else text
