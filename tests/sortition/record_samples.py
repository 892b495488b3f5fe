"""An invented draw in the town of Elbtal, for the tests of the Losprotokoll."""

from datetime import UTC, date, datetime

from buergerrat.sortition.record_pdf import QuotaRow, RecordSummary, Replacement

_QUOTAS = (
    ("Geschlecht", "Frauen", 11, 13, 12, 50.9, 61),
    ("Geschlecht", "Männer", 11, 13, 12, 48.8, 56),
    ("Geschlecht", "Divers", 0, 1, 0, 0.3, 1),
    ("Alter", "16 bis 29 Jahre", 3, 5, 4, 16.2, 15),
    ("Alter", "30 bis 44 Jahre", 5, 6, 6, 22.4, 24),
    ("Alter", "45 bis 64 Jahre", 7, 9, 8, 33.9, 48),
    ("Alter", "65 Jahre und älter", 6, 7, 6, 27.5, 31),
    ("Ortsteil", "Kernstadt", 11, 12, 12, 48.0, 60),
    ("Ortsteil", "Niederau", 5, 6, 6, 24.0, 28),
    ("Ortsteil", "Hohenfels", 4, 5, 4, 17.0, 19),
    ("Ortsteil", "Weinberg", 2, 3, 2, 11.0, 11),
    ("Höchster Schulabschluss", "Noch in der Schule", 0, 1, 1, 3.4, 4),
    ("Höchster Schulabschluss", "Hauptschule oder keiner", 6, 8, 6, 28.1, 14),
    ("Höchster Schulabschluss", "Realschule", 7, 9, 8, 33.0, 35),
    ("Höchster Schulabschluss", "Abitur, Fachabitur", 8, 9, 9, 35.5, 65),
)

RECORD = RecordSummary(
    town="Stadt Elbtal",
    title="Bürgerrat Elbtal 2026",
    guiding_question="Wie soll unser Stadtzentrum in zehn Jahren leben?",
    rehearsal=False,
    commitment="9f2c41d07be35a86c1f04e7d22b9a8530c6fe41178d2b3a4957c0e1fd83b6a25",
    committed_at=datetime(2026, 2, 20, 9, 0, tzinfo=UTC),
    published_where="mitreden.elbtal.example/losung und Aushang am Rathaus",
    seed="4 1 8",
    seed_source="drei zehnseitige Würfel, öffentliche Sitzung im Ratssaal",
    seed_at=datetime(2026, 2, 26, 17, 5, tzinfo=UTC),
    pool=118,
    seats=24,
    panels=1000,
    lowest_chance=0.162,
    highest_chance=0.438,
    bound=0.164,
    certificate="Der Beweis steht als Liste von 15 Zahlen in der JSON-Datei. "
    "Man prüft ihn durch Zusammenzählen.",
    drawn_number="418",
    drawn_at=datetime(2026, 2, 26, 17, 5, tzinfo=UTC),
    panel=tuple(f"L-{n:04d}" for n in range(17, 17 + 24 * 41, 41)),
    quotas=tuple(QuotaRow(*row) for row in _QUOTAS),
    made_on=date(2026, 6, 22),
    replacements=(Replacement(date(2026, 4, 2), "L-0058", "L-0731"),),
    letters=1200,
    eligible=14386,
    record_checksum="c71d0a4e5b3962f8810e7d4cb52a96f3d07e1c84b9a5632f0d8e7c16b4a39f52",
    audit_head="03be77a1d94c5f2086e1a7b3c5d940f812e6b7a8c9d0e1f23456789abcdef012",
    audit_entries=1482,
    software="Bürgerrat 0.1.0",
    check_url="mitreden.elbtal.example/losung",
)
