"""An invented Bürgergutachten of the town of Elbtal, for the tests of all four formats."""

from dataclasses import replace
from datetime import date

from buergerrat.recommendations.report_data import (
    CompositionRow,
    DrawStory,
    Expert,
    Imprint,
    Mandate,
    MinorityStatement,
    Recommendation,
    Report,
    SessionDay,
    VoteResult,
)

HOSTILE = (
    "#eval(\"1+1\") *kein Fettdruck* _auch nicht_ $x$ @nichts <script>alert('x')</script> "
    "\\ ` ~ [Klammer] = Gleich & §"
)

_ROWS = (
    ("Geschlecht", "Frauen", 50.9, 61, 12),
    ("Geschlecht", "Männer", 48.8, 56, 12),
    ("Geschlecht", "Divers", 0.3, 1, 0),
    ("Alter", "16 bis 29 Jahre", 16.2, 15, 4),
    ("Alter", "30 bis 44 Jahre", 22.4, 24, 6),
    ("Alter", "45 bis 64 Jahre", 33.9, 48, 8),
    ("Alter", "65 Jahre und älter", 27.5, 31, 6),
    ("Ortsteil", "Kernstadt", 48.0, 60, 12),
    ("Ortsteil", "Niederau", 24.0, 28, 6),
    ("Ortsteil", "Hohenfels", 17.0, 19, 4),
    ("Ortsteil", "Weinberg", 11.0, 11, 2),
    ("Höchster Schulabschluss", "Noch in der Schule", 3.4, 4, 1),
    ("Höchster Schulabschluss", "Hauptschule oder keiner", 28.1, 14, 6),
    ("Höchster Schulabschluss", "Realschule", 33.0, 35, 8),
    ("Höchster Schulabschluss", "Abitur, Fachabitur", 35.5, 65, 9),
    ("Einwanderungsgeschichte", "Ja", 20.8, 17, 5),
    ("Einwanderungsgeschichte", "Nein", 79.2, 101, 19),
)


def votes(yes: int, no: int, abstain: int) -> VoteResult:
    needed = (yes + no) // 2 + 1
    word = "angenommen" if yes >= needed else "nicht angenommen"
    share = f"{100 * yes / (yes + no):.1f}".replace(".", ",")
    sentence = (
        f"Mit {yes} von {yes + no} gültigen Stimmen {word} ({share}\u00a0%). "
        f"Nötig waren mehr als die Hälfte, also {needed}."
    )
    return VoteResult(yes, no, abstain, needed, sentence, date=date(2026, 5, 30))


BENCHES = Recommendation(
    number="1",
    title="Marktplatz: mehr Bäume, Bänke und ein Trinkbrunnen",
    text=(
        "Wir empfehlen der Stadt, bis Sommer 2028 rund um den Markt mindestens zwölf Bänke mit "
        "Rücken- und Armlehnen aufzustellen, höchstens 50 Meter voneinander entfernt. Acht davon "
        "sollen im Schatten stehen; wo Bäume fehlen, werden sie gepflanzt. Am Rathaus entsteht "
        "ein Trinkbrunnen, den der Bauhof wöchentlich reinigt."
    ),
    rationale=(
        "Wer nicht lange stehen kann, meidet heute die Mitte. Bänke im Abstand von 50 Metern "
        "machen den Weg vom Bahnhof zum Markt möglich.\nAn heißen Tagen gibt es auf dem Markt "
        "keinen Schatten und kein Wasser. Ein Ort zum Bleiben hilft auch den Läden."
    ),
    votes=votes(20, 2, 1),
    minority=(
        MinorityStatement(
            "Der Brunnen kostet jedes Jahr Geld, das bei den Bänken fehlt. Wir hätten zuerst "
            "alle zwölf aufgestellt und den Brunnen später geprüft.",
            2,
        ),
    ),
    sources=7,
)

SHOPS = Recommendation(
    number="2",
    title="Leere Läden günstig auf Zeit vergeben",
    text=(
        "Wer eine Idee hat, soll einen leeren Laden bis zu zwei Jahre für wenig Miete nutzen "
        "können. Die Stadt mietet die Läden an und gibt sie weiter."
    ),
    rationale="Leere Fenster machen die Straße leer. Auf Probe traut sich, wer sonst nicht kommt.",
    votes=votes(23, 0, 0),
    sources=4,
)

TEMPO = Recommendation(
    number="3",
    title="Tempo 20 in der Langen Straße",
    text=(
        "Zu Fuß, mit dem Rad und mit dem Auto: In der Langen Straße sollen alle sicher "
        "unterwegs sein. Dafür gilt zwischen Markt und Brücke Tempo 20."
    ),
    rationale="Der Gehweg ist an zwei Stellen schmaler als ein Kinderwagen.",
    votes=votes(14, 8, 1),
    minority=(
        MinorityStatement("Tempo 30 gilt schon. Wichtiger wären Kontrollen.", 5),
        MinorityStatement("Uns fehlt ein Parkhaus am Rand.", 1),
    ),
    sources=5,
)

CARS = Recommendation(
    number="4",
    title="Lange Straße samstags ohne Autos",
    text="Von April bis Oktober soll die Lange Straße an Samstagen von 10 bis 18 Uhr frei sein.",
    rationale="An Markttagen ist zu wenig Platz.",
    votes=votes(9, 12, 2),
    sources=3,
    adopted=False,
)

REPORT = Report(
    title="Bürgerrat Elbtal 2026",
    town="Stadt Elbtal",
    guiding_question="Wie soll unser Stadtzentrum in zehn Jahren leben?",
    mandate=Mandate(
        "2025/087",
        date(2025, 9, 18),
        "Hauptsatzung der Stadt Elbtal, § 12 (Beteiligung der Einwohnerinnen und Einwohner)",
        date(2026, 12, 31),
    ),
    preface=(
        "Liebe Elbtalerinnen und Elbtaler,\n24 Menschen haben sich drei Samstage lang Zeit "
        "genommen für unsere Stadt. Das Los hat sie zusammengebracht. Sie haben zugehört, "
        "gestritten und gerechnet.\nIch danke ihnen. Der Stadtrat wird jede Empfehlung "
        "beantworten, öffentlich und mit Gründen."
    ),
    preface_by="Die Bürgermeisterin der Stadt Elbtal",
    draw=DrawStory(
        letters=1200,
        replies=214,
        pool=118,
        seats=24,
        panel_number="418",
        drawn_on=date(2026, 2, 26),
        checksum="9f2c41d07be35a86c1f04e7d22b9a8530c6fe41178d2b3a4957c0e1fd83b6a25",
        eligible=14386,
        where_to_check="mitreden.elbtal.example/losung",
        lowest_chance=0.162,
    ),
    composition=tuple(CompositionRow(*row) for row in _ROWS),
    recommendations=(BENCHES, SHOPS, TEMPO, CARS),
    sessions=(
        SessionDay(
            date(2026, 4, 18),
            "Erster Samstag: ankommen und verstehen",
            "Die Mitglieder lernten einander und das Stadtzentrum kennen. Bei einem Rundgang "
            "sammelten sie, was gut ist und was fehlt.",
            "Haus am Markt",
            24,
            ("Begrüßung und Regeln", "Rundgang durch das Zentrum", "Vier Listen an fünf Tischen"),
        ),
        SessionDay(
            date(2026, 5, 30),
            "Dritter Samstag: entscheiden",
            "Der Bürgerrat stimmte über jeden Vorschlag einzeln und geheim ab.",
            "Ratssaal",
            23,
        ),
    ),
    imprint=Imprint(
        "Stadt Elbtal, Hauptamt",
        "Markt 1\n39999 Elbtal",
        "Telefon 040 66969-120\nbuergerrat@elbtal.example",
        "Büro für Beteiligung",
        "mitreden.elbtal.example",
    ),
    date=date(2026, 6, 22),
    version="1.0",
    experts=(
        Expert("Leitung des Stadtplanungsamts", "Verwaltung", "Wem das Zentrum gehört"),
        Expert("Sprecherin des Gewerbevereins", "Gast", "Warum Läden schließen"),
    ),
)


def with_text(text: str) -> Report:
    """The sample with `text` in every free field of a recommendation and in the frame."""
    hostile = replace(
        BENCHES,
        title=text,
        text=text,
        rationale=text,
        minority=(MinorityStatement(text, 3),),
    )
    return replace(
        REPORT, guiding_question=text, preface=text, recommendations=(hostile, SHOPS, CARS)
    )
