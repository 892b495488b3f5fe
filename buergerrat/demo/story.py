"""What the demo's Bürgerrat said: invented town, invented people, invented numbers."""

from __future__ import annotations

from dataclasses import dataclass

TOWN = {
    "slug": "elbtal",
    "name": "Stadt Elbtal",
    "short_name": "Elbtal",
    "ags": "00000000",
    "office": "Hauptamt",
    "street": "Markt 1",
    "postcode": "39999",
    "place": "Elbtal",
    "phone": "01234 45-0",
    "email": "buergerrat@elbtal.example",
    "privacy_officer": "Datenschutzbeauftragte der Stadt Elbtal, datenschutz@elbtal.example",
    "mayor": "Anna Lindner",
    "mayor_title": "Bürgermeisterin",
}
QUESTION = (
    "Wie soll die Mitte von Elbtal im Jahr 2035 aussehen, damit alle Generationen gern dort sind?"
)
SECOND_QUESTION = "Wie wollen wir in Elbtal im Sommer mit der Hitze leben?"
RUNNING_QUESTION = "Wie wird der Schulhof der Grundschule am Nachmittag ein Ort für alle?"
LEGAL_BASIS = (
    "§ 37 Abs. 1 Bundesmeldegesetz in Verbindung mit Art. 6 Abs. 1 Buchst. e "
    "Datenschutz-Grundverordnung; Auftrag des Stadtrats"
)
# Invented shares of the population, for features the register does not know.
SHARES = {
    ("education", "low"): 0.31,
    ("education", "middle"): 0.32,
    ("education", "high"): 0.34,
    ("education", "school"): 0.03,
    ("migration_history", "yes"): 0.18,
    ("migration_history", "no"): 0.82,
}
CENSUS = ("Zensus, erfundene Anteile", 2022)
PROCESSORS = (
    ("Druckerei am Markt GmbH", "Druckt und kuvertiert die Briefe"),
    ("Kommunales Rechenzentrum Elbtal", "Betreibt die Server"),
)
THEMES = ("Aufenthalt", "Verkehr", "Läden", "Grün")


@dataclass(frozen=True)
class Card:
    """A note card: which list, at which table, its themes, and the solution a concern is about."""

    df_list: str
    text: str
    table: int
    themes: tuple[str, ...] = ()
    about: int | None = None  # number of the solution


CARDS = (
    Card(
        "challenge",
        "Wie können Ältere sich am Markt ausruhen, ohne etwas kaufen zu müssen?",
        2,
        ("Aufenthalt",),
    ),
    Card("challenge", "Wie wird der Markt an heißen Tagen erträglich?", 1, ("Grün", "Aufenthalt")),
    Card("challenge", "Wie bleibt die Mitte nach 18 Uhr belebt?", 2, ("Aufenthalt", "Läden")),
    Card(
        "challenge",
        "Was soll aus den vier leeren Läden in der Langen Straße werden?",
        3,
        ("Läden",),
    ),
    Card("challenge", "Wie kommen Kinder sicher über die Hauptstraße?", 1, ("Verkehr",)),
    Card(
        "challenge",
        "Wie finden Menschen ohne Auto am Abend nach Hause, wenn in der Mitte etwas los ist?",
        2,
        ("Verkehr",),
    ),
    Card("challenge", "Wie erfahren Jugendliche, was in der Mitte los ist?", 3, ("Aufenthalt",)),
    Card(
        "solution",
        "Alle 50 Meter eine Bank mit Lehne, die meisten im Schatten.",
        2,
        ("Aufenthalt", "Grün"),
    ),
    Card("solution", "Trinkbrunnen am Rathaus", 1, ("Grün", "Aufenthalt")),
    Card("solution", "Tempo 20 zwischen Kirche und Bahnhof.", 1, ("Verkehr",)),
    Card("solution", "Leere Läden auf Zeit an Vereine geben, Miete: ein Euro.", 3, ("Läden",)),
    Card("solution", "Der Wochenmarkt öffnet donnerstags bis 20 Uhr.", 2, ("Läden", "Aufenthalt")),
    Card("solution", "Sitzstufen am Bach, wo jetzt das Geländer ist.", 2, ("Grün", "Aufenthalt")),
    Card("solution", "Ein Rufbus, der bis 23 Uhr in alle Ortsteile fährt.", 3, ("Verkehr",)),
    Card("solution", "Eine Toilette ohne Stufen, kostenlos und sauber.", 1, ("Aufenthalt",)),
    Card(
        "solution",
        "Zwölf Bäume auf dem Marktplatz, gepflanzt vor dem nächsten Sommer.",
        3,
        ("Grün",),
    ),
    Card("solution", "Samstags die Lange Straße ohne Autos.", 2, ("Verkehr", "Läden")),
    Card(
        "concern",
        "Die Bäckerei wird frühmorgens von großen Lastwagen beliefert.",
        1,
        ("Verkehr",),
        3,
    ),
    Card(
        "concern", "Die Läden haben alte Heizungen. Ein Euro Miete hilft wenig.", 3, ("Läden",), 4
    ),
    Card("concern", "Wer reinigt den Brunnen, und was kostet das im Jahr?", 1, ("Grün",), 2),
    Card("concern", "Ein Bus am Abend fährt oft leer.", 3, ("Verkehr",), 7),
    Card(
        "concern",
        "Wer schlecht zu Fuß ist, kommt samstags nicht mehr bis vor die Apotheke.",
        2,
        ("Verkehr",),
        10,
    ),
    Card("information", "Anträge auf Städtebauförderung sind bis 31. März möglich.", 3),
    Card(
        "information",
        "Verkehrszählung 2025: 6.400 Fahrzeuge am Tag in der Hauptstraße.",
        1,
        ("Verkehr",),
    ),
    Card("information", "Der Markt gehört zur Hälfte der Kirchengemeinde.", 2, ("Aufenthalt",)),
    Card("information", "Im Juli 2025 wurden auf dem Markt 41 Grad gemessen.", 1, ("Grün",)),
)


@dataclass(frozen=True)
class Proposal:
    """A recommendation with its votes (of those present) and what the council answered."""

    title: str
    text: str
    rationale: str
    cards: tuple[tuple[str, int], ...]
    votes: tuple[int, int, int]  # yes, no, abstain
    first_text: str = ""
    minority: tuple[str, int] | None = None
    decision: str = ""
    reason: str = ""
    department: str = ""
    due_in: int = 0  # days from today
    status: str = ""
    news: str = ""


PROPOSALS = (
    Proposal(
        "Marktplatz: mehr Bäume, Bänke und ein Trinkbrunnen",
        "Der Marktplatz soll im Sommer kühler sein. Wir wünschen uns zwölf neue Bäume, Bänke mit "
        "Lehne alle 50 Meter und einen Trinkbrunnen am Rathaus.",
        "An heißen Tagen meiden viele ältere Menschen den Markt. Bäume kühlen und kosten weniger "
        "als Sonnensegel. Wer sich setzen kann, bleibt länger.",
        (
            ("challenge", 1),
            ("challenge", 2),
            ("solution", 1),
            ("solution", 2),
            ("solution", 9),
            ("concern", 3),
            ("information", 4),
        ),
        (13, 1, 1),
        "Der Marktplatz soll im Sommer kühler sein. Wir wünschen uns neue Bäume und Bänke.",
        decision="adopted",
        reason="Der Stadtrat stellt 180.000 Euro bereit.",
        department="Bauamt",
        due_in=210,
        status="in_progress",
        news="Die ersten sechs Bäume sind bestellt. Sie werden im März gepflanzt.",
    ),
    Proposal(
        "Leere Läden günstig auf Zeit vergeben",
        "Wer eine Idee hat, soll einen leeren Laden bis zu zwei Jahre lang günstig mieten können. "
        "Vereine zahlen nur die Nebenkosten.",
        "Vier Läden in der Langen Straße stehen leer. Leben in den Läden hilft auch den Nachbarn. "
        "Die Heizungen sind alt, darum gehören die Nebenkosten in die Rechnung.",
        (("challenge", 3), ("challenge", 4), ("solution", 4), ("concern", 2)),
        (15, 0, 0),
        decision="adopted",
        department="Wirtschaftsförderung",
        due_in=-30,
        status="done",
        news="Die Stadt mietet Läden an und gibt sie weiter. Drei von vier sind vergeben.",
    ),
    Proposal(
        "Tempo 20 zwischen Kirche und Bahnhof",
        "In der Langen Straße soll zwischen Kirche und Bahnhof Tempo 20 gelten. Lieferwagen dürfen "
        "bis 10 Uhr halten.",
        "6.400 Fahrzeuge fahren am Tag durch die Mitte. Zu Fuß, mit dem Rad und mit dem Auto sollen "
        "alle sicher unterwegs sein. Die Bäckerei muss beliefert werden.",
        (("challenge", 5), ("solution", 3), ("concern", 1), ("information", 2)),
        (11, 3, 1),
        minority=(
            "Tempo 20 gilt dann auch nachts, wenn niemand unterwegs ist. Wir hätten 7 bis 19 Uhr "
            "besser gefunden.",
            3,
        ),
        decision="referred",
        reason="Der Bau- und Verkehrsausschuss berät im Dezember. Die Straße gehört dem Landkreis, "
        "er muss zustimmen.",
        department="Ordnungsamt",
        due_in=40,
        status="not_started",
    ),
    Proposal(
        "Rufbus am Abend in alle Ortsteile",
        "Donnerstag bis Samstag soll bis 23 Uhr ein Rufbus in alle Ortsteile fahren. Man bestellt "
        "ihn eine halbe Stunde vorher. Ein Jahr lang wird er erprobt.",
        "Wer kein Auto hat, kann abends nicht in die Mitte kommen. Ein Rufbus fährt nur, wenn ihn "
        "jemand bestellt, und fährt darum nicht leer.",
        (("challenge", 6), ("solution", 7), ("concern", 4)),
        (12, 1, 2),
        decision="adopted_in_part",
        reason="Die Probe beginnt im April, aber nur freitags und samstags. Über mehr Tage "
        "entscheidet der Stadtrat nach dem ersten halben Jahr.",
        department="Kämmerei",
        due_in=160,
        status="planned",
        news="Das Angebot des Verkehrsverbunds liegt vor.",
    ),
    Proposal(
        "Eine öffentliche Toilette ohne Stufen",
        "Am Markt soll es eine Toilette geben: kostenlos, sauber und ohne Stufen. Sie ist jeden Tag "
        "von 7 bis 22 Uhr offen.",
        "Ohne Toilette bleiben Familien mit kleinen Kindern und ältere Menschen nicht lange.",
        (("challenge", 1), ("solution", 8)),
        (15, 0, 0),
        decision="adopted",
        department="Bauamt",
        due_in=120,
        status="in_progress",
        news="Der Auftrag ist vergeben. Sie steht neben dem Rathaus.",
    ),
    Proposal(
        "Sitzstufen am Bach",
        "Wo jetzt am Bach ein Geländer ist, sollen Sitzstufen entstehen. Eine Rampe führt bis ans "
        "Wasser.",
        "Wasser zieht alle an, Kinder und Ältere. Der Bach ist heute nur zu sehen, nicht zu erreichen.",
        (("challenge", 2), ("solution", 6)),
        (14, 0, 1),
        decision="rejected",
        reason="Der Bach ist Hochwasserschutzgebiet. Das Landesamt hat Stufen abgelehnt. Eine Bank "
        "mit Blick aufs Wasser kommt mit der Umgestaltung des Markts.",
        department="Bauamt",
    ),
    Proposal(
        "Wochenmarkt am Donnerstagabend",
        "Der Wochenmarkt soll donnerstags bis 20 Uhr öffnen, zuerst von Mai bis September.",
        "Wer arbeitet, kann am Vormittag nicht einkaufen. Ein Abendmarkt belebt die Mitte nach 18 Uhr.",
        (("challenge", 3), ("solution", 5)),
        (14, 0, 1),
        decision="noted",
        reason="Die Marktleute stimmen im Januar darüber ab. Die Stadt erlässt bei Zustimmung das "
        "Standgeld für die erste Saison.",
        department="Ordnungsamt",
        due_in=70,
        status="planned",
    ),
    Proposal(
        "Samstags die Lange Straße ohne Autos",
        "Von April bis Oktober soll die Lange Straße an Samstagen von 10 bis 18 Uhr frei von Autos sein.",
        "Dann ist Platz für Tische, Spiele und Musik. Ein Fahrdienst bringt Menschen, die schlecht zu "
        "Fuß sind, bis vor die Tür.",
        (("challenge", 3), ("solution", 10), ("concern", 5)),
        (6, 7, 2),
        minority=("Eine Probe an vier Samstagen hätte gezeigt, ob es geht.", 6),
    ),
)
PREFACE = (
    "16 Menschen, die sich vorher nicht kannten, haben zwei Tage lang über die Mitte unserer Stadt "
    "beraten. Das Los hat sie zusammengebracht: Schülerinnen und Rentner, Menschen aus der "
    "Kernstadt und aus Hohenfels.\n\n"
    "Sie haben zugehört, gestritten und gerechnet. Nicht immer waren sie einer Meinung. Was in "
    "diesem Gutachten steht, haben sie gemeinsam beschlossen; auch was nur wenige wollten, steht "
    "darin.\n\n"
    "Ich danke allen 16 für ihre Zeit. Der Stadtrat hat versprochen, jede Empfehlung zu prüfen und "
    "zu sagen, was daraus wird."
)
COURSE = (
    "Am ersten Tag ging es um den Ort: ein Gang durch die Mitte, Fragen an das Bauamt und an die "
    "Händlerinnen und Händler, dann zwei Runden an Tischen. Am zweiten Tag wurden aus Karten "
    "Empfehlungen. Die Tische wurden in jeder Runde neu gemischt."
)
IMPRINT = "Mehmet Aydın, Büro für Beteiligung (erfunden)"
# start, minutes, kind, title, method, room, responsible, public
DAY_ONE = (
    (
        "09:00",
        30,
        "plenary",
        "Begrüßung durch die Bürgermeisterin",
        "Plenum",
        "Ratssaal",
        "Anna Lindner",
        True,
    ),
    ("09:30", 45, "plenary", "Kennenlernen und Regeln", "Kreis", "Ratssaal", "Moderation", False),
    (
        "10:15",
        60,
        "input",
        "Gang durch die Mitte",
        "Ortsbegehung",
        "Treffpunkt Markt",
        "Bauamt",
        True,
    ),
    ("11:15", 15, "break", "Pause", "", "Foyer", "", False),
    (
        "11:30",
        75,
        "table_work",
        "Runde 1 an den Tischen",
        "Dynamic Facilitation",
        "Ratssaal",
        "Moderation",
        False,
    ),
    ("12:45", 60, "break", "Mittagessen", "", "Foyer", "", False),
    (
        "13:45",
        90,
        "table_work",
        "Runde 2 an den Tischen",
        "Dynamic Facilitation",
        "Ratssaal",
        "Moderation",
        False,
    ),
    ("15:15", 45, "plenary", "Was haben wir gehört?", "Plenum", "Ratssaal", "Moderation", False),
)
DAY_TWO = (
    (
        "09:00",
        30,
        "plenary",
        "Rückblick auf den ersten Tag",
        "Plenum",
        "Ratssaal",
        "Moderation",
        False,
    ),
    (
        "09:30",
        90,
        "table_work",
        "Empfehlungen schreiben",
        "Redaktion an Tischen",
        "Ratssaal",
        "Moderation",
        False,
    ),
    ("11:00", 15, "break", "Pause", "", "Foyer", "", False),
    ("11:15", 75, "plenary", "Empfehlungen beraten", "Plenum", "Ratssaal", "Moderation", False),
    ("12:30", 60, "break", "Mittagessen", "", "Foyer", "", False),
    ("13:30", 60, "vote", "Abstimmung", "geheim, auf Papier", "Ratssaal", "Moderation", False),
    (
        "14:30",
        60,
        "plenary",
        "Vorstellung der Ergebnisse",
        "Öffentlicher Teil",
        "Ratssaal",
        "Bürgerrat",
        True,
    ),
)
