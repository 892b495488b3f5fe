"""Leichte Sprache: one sentence a line, long words with a middle dot. To be read by a test group
before it is used."""

_WHEN = """Wann ist der Bürger·rat?

Der Bürger·rat trifft sich {termine}.
{entschaedigung}"""

_HELP = """Brauchen Sie Hilfe?

Zum Beispiel:
Sie brauchen eine Fahrt zum Bürger·rat.
Oder jemand soll für Sie übersetzen.
Oder jemand soll auf Ihre Kinder aufpassen.
Wir helfen Ihnen gern."""

_WHAT = """Was ist ein Bürger·rat?

In einem Bürger·rat sprechen Menschen miteinander.
{plaetze} Menschen aus {ort} sind dabei.
Die Menschen sind sehr verschieden.
Sie machen Vorschläge für die Politik.
Der {rat} antwortet auf jeden Vorschlag."""

_QUESTION = """Das ist die Frage für den Bürger·rat:
„{frage}“"""

TEXTS = {
    "invitation": {
        "subject": "Sie können beim Bürger·rat mitmachen",
        "body": "Guten Tag.\nDieser Brief kommt von der {stadt}.\nDas Los hat Sie ausgewählt.\n"
        "Das heißt: Es war Zufall.\nSie können beim Bürger·rat mitmachen.\n\n"
        f"{_WHAT}\n\n{_QUESTION}\n\n{_WHEN}\n\n"
        "Können Sie mitmachen?\n\nJa.\nSie müssen dafür nichts Besonderes können.\n"
        "Ihre Erfahrung ist wichtig.\nSie dürfen auch Nein sagen.\n\n"
        f"{_HELP}",
    },
    "reminder": {
        "subject": "Möchten Sie beim Bürger·rat mitmachen?",
        "body": "Guten Tag.\nWir haben Ihnen schon einen Brief geschickt.\n"
        "Wir warten noch auf Ihre Antwort.\nHaben Sie schon geantwortet?\nDann ist alles gut.\n\n"
        f"{_WHAT}\n\n{_QUESTION}\n\n{_WHEN}\n\n{_HELP}",
    },
    "acceptance": {
        "subject": "Sie haben einen Platz im Bürger·rat",
        "body": "Guten Tag.\nSie haben Ja gesagt zum Bürger·rat.\nDann haben wir gelost.\n"
        "Sie haben einen Platz.\nWir freuen uns auf Sie.\n\n"
        f"{_WHEN}\n\n{_HELP}\n\n"
        "Können Sie doch nicht kommen?\n\nDann sagen Sie bitte schnell Bescheid.\n"
        "Dann bekommt eine andere Person den Platz.",
    },
    "refusal": {
        "subject": "Danke für Ihr Ja",
        "body": "Guten Tag.\nSie haben Ja gesagt zum Bürger·rat.\nDanke dafür.\n\n"
        "Haben Sie einen Platz?\n\nViele Menschen haben Ja gesagt.\nEs gibt nur {plaetze} Plätze.\n"
        "Deshalb haben wir gelost.\nDieses Mal haben andere Menschen einen Platz bekommen.\n\n"
        "Was passiert jetzt?\n\nSie müssen nichts tun.\n"
        "Wir löschen Ihre Daten bis zum {loeschtag}.\n"
        "Sie können im Internet lesen, was der Bürger·rat macht.\n"
        "Die Adresse ist: {webseite}",
    },
    "reserve": {
        "subject": "Sie stehen auf der Reserve·liste",
        "body": "Guten Tag.\nSie haben Ja gesagt zum Bürger·rat.\nDanke dafür.\n\n"
        "Haben Sie einen Platz?\n\nJetzt haben andere Menschen einen Platz bekommen.\n"
        "Sie stehen auf der Reserve·liste.\nDas heißt:\n"
        "Vielleicht kann eine Person nicht kommen.\nDann bekommen vielleicht Sie den Platz.\n"
        "Wir rufen Sie dann an.\nOder wir schreiben Ihnen.\n\n"
        f"{_WHEN}\nBitte halten Sie diese Tage frei.",
    },
    "replacement": {
        "subject": "Ein Platz im Bürger·rat ist frei",
        "body": "Guten Tag.\nSie haben Ja gesagt zum Bürger·rat.\nSie waren auf der Reserve·liste.\n"
        "Jetzt ist ein Platz frei.\nDer Platz ist für Sie.\n\n"
        f"{_WHEN}\n\n{_HELP}",
    },
}

ANSWER = (
    "So antworten Sie",
    "Bitte antworten Sie bis zum {antwortfrist}.\n"
    "Im Internet: {webseite}/antwort\n"
    "Sie brauchen dafür Ihren Code.\n"
    "Ihr Code steht auf Seite 1.\n"
    "Oder rufen Sie uns an: {telefon}\n"
    "Oder schicken Sie uns die Antwort·karte mit der Post.",
)
ACCEPT = (
    "So antworten Sie",
    "Bitte antworten Sie bis zum {annahmefrist}.\n"
    "Im Internet: {webseite}/antwort\n"
    "Sie brauchen dafür Ihren Code.\n"
    "Ihr Code steht auf Seite 1.\n"
    "Oder rufen Sie uns an: {telefon}",
)
RIGHTS = (
    "Ihre Daten",
    "Wir haben Ihren Namen und Ihre Adresse aus dem Melde·register.\n"
    "Wir nutzen Ihre Daten nur für den Bürger·rat.\n"
    "Sie dürfen fragen: Welche Daten haben Sie von mir?\n"
    "Sie dürfen sagen: Löschen Sie meine Daten.\n"
    "Sie dürfen sagen: Schreiben Sie mir nie wieder.\n"
    "Mehr über Ihre Daten lesen Sie hier: {datenschutz}",
)
FORWARDED = (
    "Ihre Daten",
    "Das Melde·amt hat Ihnen diesen Brief geschickt.\n"
    "Wir kennen Ihren Namen und Ihre Adresse nicht.\n"
    "Wir nutzen Ihre Antwort nur für den Bürger·rat.\n"
    "Sie dürfen fragen: Welche Daten haben Sie von mir?\n"
    "Sie dürfen sagen: Löschen Sie meine Daten.\n"
    "Mehr über Ihre Daten lesen Sie hier: {datenschutz}",
)
