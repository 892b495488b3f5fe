"""To what people consent: every text ever shown, by kind and version.

A text that is shown to somebody is never changed: a better one gets a new version at the head of
its kind, and the old one stays readable for those who consented to it. Pure: no Flask, no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def N_(text: str) -> str:
    """Marks a text for the catalogue; it is translated where somebody reads it."""
    return text


@dataclass(frozen=True)
class Text:
    """A sentence in the first person; `%(town)s` stands for the town's name."""

    version: str
    text: str


@dataclass(frozen=True)
class Kind:
    """What is consented to. `texts`: the newest first. `lost`: what taking it back deletes."""

    key: str
    label: str
    texts: tuple[Text, ...]
    lost: str

    @property
    def newest(self) -> Text:
        return self.texts[0]

    def text_of(self, version: str) -> str:
        """The text that was shown. Raises KeyError for a version that never was."""
        return {text.version: text.text for text in self.texts}[version]


_KINDS = (
    Kind(
        "education",
        N_("Schulabschluss"),
        (
            Text(
                "2026-11",
                N_("Ja, die %(town)s darf meine Antwort zum Schulabschluss für die Losung nutzen."),
            ),
        ),
        N_("Wir löschen die Angabe. Sie bleiben angemeldet."),
    ),
    Kind(
        "migration_history",
        N_("Einwanderungsgeschichte"),
        (
            Text(
                "2026-11",
                N_(
                    "Ja, die %(town)s darf meine Antwort zur Einwanderungsgeschichte für die "
                    "Losung nutzen."
                ),
            ),
        ),
        N_("Wir löschen die Angabe. Sie bleiben angemeldet."),
    ),
    Kind(
        "support",
        N_("Unterstützung"),
        (
            Text(
                "2026-11",
                N_(
                    "Die %(town)s darf meine Angaben zur Unterstützung nutzen, damit ich "
                    "mitmachen kann."
                ),
            ),
        ),
        N_("Wir löschen, welche Unterstützung Sie brauchen. Sie bleiben angemeldet."),
    ),
    Kind(
        "contact",
        N_("Telefon und E-Mail"),
        (
            Text(
                "2026-11",
                N_(
                    "Die %(town)s darf mich anrufen oder mir schreiben, wenn es um den Bürgerrat geht."
                ),
            ),
        ),
        N_("Wir löschen Telefon und E-Mail. Wir schreiben Ihnen dann Briefe."),
    ),
    Kind(
        "guardian",
        N_("Einverständnis der Eltern"),
        (
            Text(
                "2026-11",
                N_(
                    "Meine Mutter, mein Vater oder mein Vormund ist mit meiner Antwort einverstanden."
                ),
            ),
        ),
        N_("Vor der ersten Sitzung fragen wir noch einmal nach."),
    ),
    Kind(
        "photo",
        N_("Fotos"),
        (
            Text(
                "2026-11",
                N_(
                    "Ja, die %(town)s darf Fotos vom Bürgerrat veröffentlichen, auf denen ich zu "
                    "sehen bin."
                ),
            ),
        ),
        N_("Wir zeigen keine neuen Fotos von Ihnen und nehmen die alten von unseren Seiten."),
    ),
    Kind(
        "name",
        N_("Name"),
        (
            Text(
                "2026-11",
                N_("Ja, die %(town)s darf meinen Namen als Mitglied des Bürgerrats nennen."),
            ),
        ),
        N_("Wir nennen Ihren Namen nicht mehr."),
    ),
)
KINDS: Mapping[str, Kind] = {kind.key: kind for kind in _KINDS}
FEATURES = ("education", "migration_history")  # taking these back deletes a feature
