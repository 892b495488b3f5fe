"""The documents that data protection asks for, as Word files, and what each still lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from buergerrat import audit
from buergerrat.assemblies import laender
from buergerrat.assemblies.models import Assembly
from buergerrat.privacy import agreements, deadlines, word
from buergerrat.privacy.facts import facts, routes, several_towns
from buergerrat.privacy.markup import escaped
from buergerrat.typesetting import TEMPLATES

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Lack:
    """Something a document still needs. endpoint: the page on which it is entered,
    empty where the administration cannot."""

    key: str
    sentence: Any
    endpoint: str
    is_missing: Callable[[Assembly], bool]


@dataclass(frozen=True)
class Document:
    """key: the text's file; name: the file that is handed out, without its ending."""

    key: str
    name: str
    title: Any
    sentence: Any
    lacks: tuple[str, ...] = ()


_LACKS = {
    one.key: one
    for one in (
        Lack(
            "officer",
            _l("Datenschutzbeauftragte Stelle der Stadt eintragen (macht die Systemverwaltung)"),
            "",
            lambda assembly: not assembly.municipality.privacy_officer,
        ),
        Lack(
            "contact",
            _l("Telefon oder E-Mail der Stadt eintragen (macht die Systemverwaltung)"),
            "",
            lambda assembly: not (assembly.municipality.phone or assembly.municipality.email),
        ),
        Lack(
            "route",
            _l("In der Rechtsgrundlage die Norm des Meldegesetzes nennen (§ 37, § 34 oder § 46)"),
            "assemblies.edit",
            lambda assembly: not routes(assembly),
        ),
        Lack(
            "land",
            _l("Land im Auftrag angeben"),
            "assemblies.edit",
            lambda assembly: not laender.land_of(assembly).name,
        ),
        Lack(
            "extract_on",
            _l("Tag angeben, an dem der Auszug vorliegen soll"),
            "assemblies.edit",
            lambda assembly: assembly.extract_on is None,
        ),
        Lack(
            "contracts",
            _l("Mindestens einen Vertrag eintragen"),
            "documents.show",
            lambda assembly: not agreements.of(assembly),
        ),
        Lack(
            "signatures",
            _l("Bei mindestens einem Vertrag fehlt die Unterschrift, oder er ist abgelaufen"),
            "documents.show",
            lambda assembly: bool(
                agreements.lacking(agreements.of(assembly), deadlines.today())
            ),
        ),
    )
}  # fmt: skip
DOCUMENTS = (
    Document(
        "art14", "informationsblatt-artikel-14", _l("Informationsblatt zum Brief (Art. 14)"),
        _l("Was Eingeladene wissen müssen, weil ihre Daten aus dem Melderegister kommen."),
        ("officer", "contact"),
    ),
    Document(
        "art13", "informationsblatt-artikel-13", _l("Informationsblatt zur Antwort (Art. 13)"),
        _l("Was alle wissen müssen, die antworten; für Antwortkarte und Internetseite."),
        ("officer", "contact"),
    ),
    Document(
        "vvt", "verarbeitungsverzeichnis", _l("Verzeichnis der Verarbeitungstätigkeiten (Art. 30)"),
        _l("Der Eintrag für Ihr Verzeichnis, mit Fristen, Empfängern und Maßnahmen."),
        ("officer", "contracts"),
    ),
    Document(
        "dsfa", "folgenabschaetzung", _l("Datenschutz-Folgenabschätzung (Art. 35)"),
        _l("Prüfung, ob sie nötig ist, Risiken, Maßnahmen und was trotzdem bleibt."),
        ("officer",),
    ),
    Document(
        "meldebehoerde", "bitte-an-die-meldebehoerde", _l("Bitte an das Einwohnermeldeamt"),
        _l("Rechtsgrundlage, Felder, Sperren, Stichtag, Form und Löschzusage in einem Brief."),
        ("route", "extract_on", "land", "officer"),
    ),
    Document(
        "vertraege", "vertragsliste-artikel-28", _l("Liste der Verträge (Art. 28)"),
        _l("Wer Daten im Auftrag der Stadt verarbeitet und was der Vertrag regeln muss."),
        ("contracts", "signatures"),
    ),
    Document(
        "gemeinsam", "gemeinsame-verantwortung-artikel-26",
        _l("Gemeinsame Verantwortung (Art. 26)"),
        _l("Wer was tut, wenn mehrere Gemeinden zusammen losen."),
        ("contact",),
    ),
)  # fmt: skip
BY_NAME = {one.name: one for one in DOCUMENTS}


def of(assembly: Assembly) -> list[tuple[Document, list[Lack]]]:
    """The documents this Bürgerrat needs, each with what it still lacks."""
    several = several_towns(assembly)
    return [(one, missing(assembly, one)) for one in DOCUMENTS if several or one.key != "gemeinsam"]


def missing(assembly: Assembly, document: Document) -> list[Lack]:
    return [_LACKS[key] for key in document.lacks if _LACKS[key].is_missing(assembly)]


def text_of(assembly: Assembly, document: Document) -> str:
    """The document in the language of `privacy.markup`, filled."""
    with force_locale("de"):
        lacks = [str(one.sentence) for one in missing(assembly, document)]
        template = _texts().get_template(f"{document.key}.txt")
        return template.render(missing=lacks, **facts(assembly))


def docx(assembly: Assembly, document: Document) -> bytes:
    """The Word file; handing it out is in the log, though nobody stands in it."""
    town = assembly.municipality
    audit.log("document", "assembly", assembly.id, kind=document.key)
    return word.docx(
        text_of(assembly, document),
        author=town.name,
        colour=town.town_colour,
        made=deadlines.today(),
    )


@lru_cache(maxsize=1)
def _texts() -> Environment:
    """Values are escaped for the markup language; there is no HTML here to escape for."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "privacy"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        finalize=_final,
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
    )


def _final(value: object) -> str:
    return "" if value is None else escaped(str(value))
