"""The letters of an assembly: the town's own blocks or the built-in ones, and what is fixed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from buergerrat.assemblies.models import Assembly
from buergerrat.config import FILES
from buergerrat.formats import date
from buergerrat.sortition import letter_blocks, letter_privacy, letter_standard
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.letter_extra import ExtraPage
from buergerrat.sortition.letter_kinds import EASY, KINDS, LANGUAGES, STANDARD
from buergerrat.sortition.letter_languages import EXTRA, Section
from buergerrat.sortition.letter_values import values, website
from buergerrat.sortition.letters import Letter, LetterSheet, Question
from buergerrat.sortition.models import InvitationDraw, Invitee

FONTS = FILES / "static" / "vendor" / "fonts"
SALUTATIONS = {"female": "Frau", "male": "Herr"}
SAMPLE_CODE = "FGHJKMNPQR"
Blocks = Mapping[str, str]


def reply_url(base_url: str, code: str) -> str:
    """The code stands behind `#`, which no browser sends, so it reaches no log."""
    return f"{base_url}/antwort#{code}"


def label_of(number: int) -> str:
    """What stands in the window of a letter that the office posts itself."""
    return f"Nr. {number:03d}"


def letter_to(invitee: Invitee, base_url: str, number: int = 0) -> Letter:
    """`number`: that of a letter whose address only the registration office knows."""
    return Letter(
        salutation=SALUTATIONS.get(invitee.sex or "", "") if invitee.last_name else "",
        title=invitee.title,
        first_name=invitee.first_name,
        last_name=invitee.last_name,
        street=invitee.street,
        postcode=invitee.postcode,
        place=invitee.place,
        code=invitee.code,
        url=reply_url(base_url, invitee.code),
        minor=invitee.minor and bool(invitee.last_name),
        label=label_of(number) if number else "",
    )


def sample_letter(assembly: Assembly, base_url: str, minor: bool = False) -> Letter:
    """To somebody who does not exist, with a code that opens nothing."""
    town = assembly.municipality
    return Letter(
        "Frau", "" if minor else "Dr.", "Maxi", "Muster", "Beispielweg 12a",
        town.postcode, town.place, SAMPLE_CODE, reply_url(base_url, SAMPLE_CODE), minor,
    )  # fmt: skip


def standard(kind: str, language: str = STANDARD) -> Blocks:
    """The built-in text. Raises KeyError where there is none."""
    if language == STANDARD:
        return letter_standard.TEXTS[kind]
    return EXTRA[language].texts[kind]


def sheet(
    assembly: Assembly,
    draw: InvitationDraw | None,
    base_url: str,
    kind: str = "invitation",
    *,
    own: Mapping[str, Blocks] | None = None,
    languages: Iterable[str] = (),
    accept_by: dt.date | None = None,
    forwarded: bool = False,
    dated: dt.date | None = None,
) -> LetterSheet:
    """A letter of this kind, its placeholders filled.

    `draw` is the draw that the letters belong to, None in a preview. `own`: language → blocks the
    town worded itself. `languages`: further pages. Raises LetterError for a placeholder that does
    not exist.
    """
    town, which = assembly.municipality, KINDS[kind]
    own = own or {}
    blocks = {**standard(kind), **own.get(STANDARD, {})}
    fills = values(assembly, base_url, STANDARD, accept_by)
    address = f"{town.street}, {town.postcode} {town.place}"
    site = website(base_url)
    contact = tuple(pair for pair in (("Telefon", town.phone), ("E-Mail", town.email)) if pair[1])
    deadline = "{annahmefrist}" if "card" not in which.pages else "{antwortfrist}"
    heading = f"Bitte antworten Sie bis zum {deadline}" if which.answers else ""
    own_page = "privacy" in which.pages
    chosen = [one for one in languages if one != STANDARD]
    return LetterSheet(
        fonts=FONTS,
        town=town.name,
        office=town.mayor_title,
        assembly=f"Bürgerrat „{assembly.title}“",
        sender_line=f"{town.name}, {address}",
        info=(("Datum", date(dated or assembly.letters_on)),
              ("Beschluss", assembly.resolution_number),
              ("", ""), ("Auskunft", town.office), *contact),
        subject=letter_blocks.fill(blocks["subject"], fills),
        greeting=blocks["greeting"],
        before_question=letter_blocks.paragraphs(blocks["opening"], fills),
        question=assembly.guiding_question if kind in letter_standard.QUESTION else "",
        after_question=letter_blocks.paragraphs(blocks["body"], fills),
        reply_heading=letter_blocks.fill(heading, fills),
        website=f"{site}/antwort",
        ways=_ways(town.phone, which.pages),
        after_reply=letter_blocks.paragraphs(blocks["after"], fills),
        closing=letter_blocks.fill(blocks["closing"], fills),
        signatory=tuple(part for part in (town.mayor, town.mayor_title) if part),
        languages=_languages(site, which.pages, chosen),
        foot=", ".join(part for part in (town.name, address, *(v for _, v in contact)) if part),
        privacy_heading="Was mit Ihren Daten geschieht",
        privacy_intro=letter_privacy.FORWARDED_INTRO if forwarded else letter_privacy.INTRO,
        privacy=letter_privacy.sections(assembly, draw, site, forwarded) if own_page else (),
        notice="" if own_page else letter_privacy.notice(assembly, fills["datenschutz"]),
        card_heading="Antwortkarte",
        card_intro="Kreuzen Sie an und schicken Sie diese Seite zurück. Schneller geht es im "
        f"Internet: {site}/antwort",
        card_address=(town.name, town.office, town.street, f"{town.postcode} {town.place}"),
        questions=_questions(town.name) if "card" in which.pages else (),
        card_end=("Datum", "Unterschrift"),
        colour=_ink(town.town_colour),
        values=None,
        pages=which.pages,
        guardian_text=letter_standard.GUARDIANS.get(kind, ""),
        guardian_line=letter_standard.GUARDIAN_LINE,
        extra=tuple(
            extra_page(assembly, base_url, kind, one, own.get(one), accept_by, forwarded)
            for one in chosen
        ),
        what=which.many,
    )  # fmt: skip


def extra_page(
    assembly: Assembly,
    base_url: str,
    kind: str,
    language: str,
    own: Blocks | None = None,
    accept_by: dt.date | None = None,
    forwarded: bool = False,
) -> ExtraPage:
    """The page in another language; how to answer and the rights stand there in any case."""
    built_in = EXTRA[language]
    blocks = {**built_in.texts[kind], **(own or {})}
    fills = values(assembly, base_url, language, accept_by)
    which = KINDS[kind]

    def fixed(section: Section) -> tuple[str, tuple[tuple[str, ...], ...]]:
        heading, text = section
        return heading, letter_blocks.stanzas(letter_blocks.with_contacts(text, fills), fills)

    answer = built_in.answer if "card" in which.pages else built_in.accept or built_in.answer
    size = letter_blocks.type_size(language)
    easy = language == EASY
    return ExtraPage(
        name=LANGUAGES[language],
        language="de" if easy else language,
        heading=letter_blocks.fill(blocks["subject"], fills),
        text=letter_blocks.stanzas(blocks["body"], fills),
        answer=fixed(answer) if which.answers else ("", ()),
        rights=fixed(built_in.forwarded if forwarded else built_in.rights),
        sizes=(size,) if easy else (size, size - 0.4, size - 0.8, size - 1.2),
        most=3 if easy else 1,
    )


def _ways(phone: str, pages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    ways = [("Telefon", phone)] if phone else []
    if "card" in pages:
        ways.append(("Post", f"Antwortkarte auf Seite {pages.index('card') + 1}"))
    return tuple(ways)


def _languages(site: str, pages: Sequence[str], chosen: Sequence[str]) -> tuple[str, str]:
    """The line at the foot of page 1: which languages follow, or where English is to be found."""
    if not chosen:
        return ("English:", f" {site}/antwort?sprache=en")
    first, *others = (LANGUAGES[one] for one in chosen)
    rest = "".join(f", {name}" for name in others)
    return first, f"{rest}: ab Seite {len(pages) + 1}"


def _ink(colour: str) -> tuple[float, float, float]:
    """`#003041` as shares of red, green and blue."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _questions(town: str) -> tuple[Question, ...]:
    def consent(number: int) -> str:
        return (
            f"Ja, die {town} darf meine Antwort auf Frage {number} für die Losung nutzen. Ohne "
            "dieses Kreuz speichern wir die Antwort nicht."
        )

    return (
        Question(
            "Möchten Sie mitmachen?",
            ("Ja", "Ja, aber ich brauche Unterstützung", "Nein, dieses Mal nicht"),
            voluntary=False,
        ),
        *(
            Question(
                feature.question,
                tuple(label for _, label, _ in feature.asked),
                consent=consent(number),
            )
            for number, feature in enumerate(REPLY_FEATURES, start=2)
        ),
        Question(
            "Wie können wir Sie erreichen? Was brauchen Sie?",
            lines=("Telefon oder E-Mail", "Unterstützung, zum Beispiel Kinderbetreuung"),
        ),
    )
