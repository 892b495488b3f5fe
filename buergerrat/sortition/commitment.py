"""What is fixed and published before the seed exists, and how the seed comes out of it.

A commitment is one canonical JSON text; its SHA-256 is the Prüfsumme. The seed mixes the
Prüfsumme with public randomness, so that neither can be chosen after the other is known.
The exact format is described in docs/losprotokoll.md, sections 1, 2, 4 and 8.
"""

import hashlib
import itertools
import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

SEED_LABEL = "buergerrat/startwert/1"
PICK_LABEL = "buergerrat/liste/1"
TEXT_MOST = 300  # characters of a seed text
DICE_MINIMUM = 20  # throws of a ten-sided die, as in Colorado's audits: 66 bits


class SeedError(ValueError):
    """The public value cannot be read; the message says in German what is expected."""


class SeedKind(StrEnum):
    """Where the public randomness comes from; DIGITS announces a pick by hand and is no seed."""

    DICE = "dice"
    LOTTO = "lotto"
    DRAND = "drand"
    INVITATION = "invitation"
    TEXT = "text"
    LOCAL = "local"
    DIGITS = "digits"


PICK_KINDS = (SeedKind.DICE, SeedKind.LOTTO, SeedKind.DRAND)
PANEL_RULES = (
    "Jede Liste hat genau so viele Mitglieder, wie es Plätze gibt, und hält jede Quote ein.",
    "Gilt die Haushaltsregel, steht auf jeder Liste höchstens eine Person je Haushalt.",
    "Jede Liste hat dieselbe Chance. Wer gleich ist, steht auf gleich vielen Listen, auf höchstens "
    "eine genau.",
    "Es rückt nach, wer in der Reihenfolge der Lose als Erste oder Erster alle Quoten und die "
    "Haushaltsregel einhält; sonst, wer sie am wenigsten verletzt.",
)


def _plain(value: object) -> object:
    """Return the value with text in NFC; refuse what has no single written form (floats)."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_json(value: object) -> bytes:
    """Return the one JSON text of a value: keys sorted, no blanks, UTF-8, NFC, no floats."""
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


@dataclass(frozen=True)
class SeedProcedure:
    """The named public source: which event on which day, and what counts if it fails."""

    kind: SeedKind
    event: str
    date: str
    fallback: str


@dataclass(frozen=True)
class StratumPlan:
    """A stratum of the register: how many eligible people, how many letters."""

    name: str
    eligible: int
    letters: int


@dataclass(frozen=True)
class _Committed:
    """What both commitments share: the canonical text and its Prüfsumme."""

    assembly: str
    draw_id: str

    def to_json(self) -> bytes:
        """Return the canonical JSON text."""
        return canonical_json(asdict(self))

    @property
    def checksum(self) -> str:
        """The Prüfsumme: SHA-256 of the canonical text, in hex."""
        return hashlib.sha256(self.to_json()).hexdigest()


def _procedure(data: dict[str, Any]) -> SeedProcedure:
    return SeedProcedure(**{**data, "kind": SeedKind(data["kind"])})


@dataclass(frozen=True)
class Commitment(_Committed):
    """The invitation draw before its seed: register, rules, letters and the seed's source."""

    reference_date: str
    rules: tuple[str, ...]
    row_fields: tuple[str, ...]
    household_rule: bool
    strata: tuple[StratumPlan, ...]
    refused: tuple[tuple[str, int], ...]
    merkle_root: str
    seed: SeedProcedure
    software: str

    @property
    def eligible(self) -> int:
        """How many people are in the pot."""
        return sum(stratum.eligible for stratum in self.strata)

    @property
    def letters(self) -> int:
        """How many letters go out in the first wave."""
        return sum(stratum.letters for stratum in self.strata)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a commitment back; raises ValueError, KeyError or TypeError if it is none."""
        data: dict[str, Any] = json.loads(text)
        data["rules"] = tuple(data["rules"])
        data["row_fields"] = tuple(data["row_fields"])
        data["strata"] = tuple(StratumPlan(**row) for row in data["strata"])
        data["refused"] = tuple((str(reason), int(count)) for reason, count in data["refused"])
        data["seed"] = _procedure(data["seed"])
        return cls(**data)


@dataclass(frozen=True)
class PanelCommitment(_Committed):
    """The panel draw before its seed: who is in the pool and which quotas hold, as hashes.

    `pick`: how the list will be picked, announced before (digits, dice, lotto or drand).
    """

    invitation: str
    seats: int
    panels: int
    household_rule: bool
    people: int
    people_sha256: str
    quotas_sha256: str
    seed: SeedProcedure
    pick: SeedProcedure
    software: str
    rules: tuple[str, ...] = PANEL_RULES

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a commitment back; raises ValueError, KeyError or TypeError if it is none."""
        data: dict[str, Any] = json.loads(text)
        data["seed"], data["pick"] = _procedure(data["seed"]), _procedure(data["pick"])
        data["rules"] = tuple(data["rules"])
        return cls(**data)


def _dice(text: str) -> str:
    digits = re.sub(r"[\s,;.\-–]", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        raise SeedError("Bitte nur die gewürfelten Ziffern 0 bis 9 eingeben, in der Reihenfolge.")
    if len(digits) < DICE_MINIMUM:
        raise SeedError(
            f"Es braucht mindestens {DICE_MINIMUM} Würfe mit einem zehnseitigen Würfel; "
            f"eingegeben sind {len(digits)}."
        )
    return digits


def _lotto(text: str) -> str:
    found = [int(part) for part in re.findall(r"[0-9]+", text)]
    six = sorted(set(found[:6]))
    if len(found) != 7 or len(six) != 6 or six[0] < 1 or six[-1] > 49 or found[6] > 9:
        raise SeedError(
            "Bitte die sechs Lottozahlen (1 bis 49) und danach die Superzahl (0 bis 9) eingeben, "
            "zum Beispiel „3 11 23 34 40 49 / 7“."
        )
    return "-".join(f"{number:02d}" for number in six) + f"/{found[6]}"


def _drand(text: str) -> str:
    found = re.fullmatch(r"\s*([0-9]{1,12})[\s:,;]+([0-9a-fA-F]{64})\s*", text)
    if not found:
        raise SeedError(
            "Bitte die Nummer der drand-Runde und ihren Zufallswert (64 Zeichen 0–9 und a–f) "
            "eingeben, durch ein Leerzeichen getrennt."
        )
    return f"{int(found[1])}:{found[2].lower()}"


def _hex(text: str) -> str:
    value = text.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise SeedError("Der Startwert muss aus genau 64 Zeichen bestehen (0–9 und a–f).")
    return value


def _text(text: str) -> str:
    value = " ".join(text.split())
    if not 1 <= len(value) <= TEXT_MOST:
        raise SeedError(f"Der Text für den Startwert braucht 1 bis {TEXT_MOST} Zeichen.")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise SeedError("Der Text für den Startwert enthält Zeichen, die man nicht sieht.")
    return value


_READERS = {
    SeedKind.DICE: _dice,
    SeedKind.LOTTO: _lotto,
    SeedKind.DRAND: _drand,
    SeedKind.INVITATION: _hex,
    SeedKind.LOCAL: _hex,
}


def normalise(kind: SeedKind | str, public_value: str) -> str:
    """Return the one written form of what the public source gave; raises SeedError."""
    if kind == SeedKind.DIGITS:
        raise SeedError("Einzeln gezogene Ziffern nennen eine Liste; ein Startwert sind sie nicht.")
    if kind == SeedKind.TEXT:
        return _text(unicodedata.normalize("NFC", public_value))
    return _READERS[SeedKind(kind)](unicodedata.normalize("NFKC", public_value))


def derive_seed(
    commitment_hash: str, kind: SeedKind | str, public_value: str, rehearsal: bool
) -> bytes:
    """Return the seed (32 bytes) of a draw: SHA-256 over Prüfsumme, source and public value.

    A local random value counts only in a rehearsal, and a rehearsal never gives the seed of
    the real draw, because its name is part of what is hashed.
    """
    if SeedKind(kind) is SeedKind.LOCAL and not rehearsal:
        raise SeedError("Ein selbst erzeugter Startwert ist nur für eine Probe erlaubt.")
    mode = "probe" if rehearsal else "echt"
    lines = [SEED_LABEL, commitment_hash, SeedKind(kind).value, mode, normalise(kind, public_value)]
    return hashlib.sha256("\n".join(lines).encode()).digest()


def pick_number(seed: bytes, marks_sha256: str, kind: SeedKind, value: str, panels: int) -> int:
    """Return the list that a public source names: 0 to panels - 1, each equally likely.

    Values above the largest multiple of `panels` are drawn again, so no remainder favours a
    list. `seed` is the panel draw's; the lists are fixed by `marks_sha256`. Raises SeedError.
    """
    if kind not in PICK_KINDS:
        raise SeedError("Für die Liste zählen nur Würfel, Lottozahlen oder eine drand-Runde.")
    fixed = [PICK_LABEL, seed.hex(), marks_sha256, SeedKind(kind).value, normalise(kind, value)]
    fair = 2**256 // panels * panels
    texts = ("\n".join([*fixed, str(attempt)]) for attempt in itertools.count())
    numbers = (int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") for text in texts)
    return next(number for number in numbers if number < fair) % panels
