"""The texts of the six letters in plain German, as long as the town has not written its own."""

from collections.abc import Mapping

_MEETING = (
    "Der Bürgerrat trifft sich {termine}. {hinweis_termine} {entschaedigung} Brauchen Sie "
    "Kinderbetreuung, einen Fahrdienst oder eine Übersetzung? Wir kümmern uns darum."
)
_PROMISE = (
    "Am Ende schreibt der Bürgerrat Empfehlungen. Der {rat} beantwortet jede einzelne bis zum "
    "{antwort_bis}."
)
_ENDS = {"greeting": "{anrede},", "closing": "Mit freundlichen Grüßen"}

TEXTS: Mapping[str, Mapping[str, str]] = {
    "invitation": _ENDS
    | {
        "subject": "Sie sind ausgelost: Reden Sie mit",
        "opening": "das Los hat Sie ausgewählt. Ich lade Sie in den Bürgerrat „{titel}“ ein. "
        "{plaetze} Menschen aus {ort} beraten dort über eine Frage:",
        "body": "Sie müssen dafür nichts Besonderes können. Ihre Erfahrung zählt. "
        f"{_MEETING}\n\n{_PROMISE} Das hat er am {{beschluss_datum}} beschlossen "
        "(Beschluss\u00a0{beschluss}).",
        "after": "Auch ein Nein hilft uns. Einen Grund brauchen Sie nicht. Sagen mehr als "
        "{plaetze} Menschen Ja, losen wir noch einmal: {losung}. Sie können zusehen.",
    },
    "reminder": _ENDS
    | {
        "subject": "Wir warten noch auf Ihre Antwort",
        "opening": "wir haben Sie vor Kurzem in den Bürgerrat „{titel}“ eingeladen. Das Los hat "
        "Sie ausgewählt. Heute fragen wir noch einmal: Sind Sie dabei? {plaetze} Menschen aus "
        "{ort} beraten über diese Frage:",
        "body": f"Sie müssen dafür nichts Besonderes können. Ihre Erfahrung zählt. {_MEETING}\n\n"
        "Haben Sie in den letzten Tagen geantwortet? Dann danken wir Ihnen. Sie müssen nichts "
        "mehr tun.",
        "after": "Auch ein Nein hilft uns. Einen Grund brauchen Sie nicht. Ihr Code ist derselbe "
        "wie im ersten Brief.",
    },
    "acceptance": _ENDS
    | {
        "subject": "Sie haben einen Platz im Bürgerrat",
        "opening": "das Los ist auf Sie gefallen: Sie haben einen Platz im Bürgerrat „{titel}“. "
        "Wir freuen uns auf Sie.",
        "body": "Wir halten Ihnen den Platz bis zum {annahmefrist} frei. Bitte sagen Sie uns bis "
        f"dahin, ob Sie ihn annehmen.\n\n{_MEETING}\n\n{_PROMISE}",
        "after": "Können Sie doch nicht kommen? Dann sagen Sie bitte bald ab. So kann jemand "
        "anderes den Platz bekommen. Einen Grund brauchen Sie nicht.",
    },
    "refusal": _ENDS
    | {
        "subject": "Danke, dass Sie mitmachen wollten",
        "opening": "Sie haben Ja gesagt zum Bürgerrat „{titel}“. Dafür danken wir Ihnen.",
        "body": "Mehr Menschen haben Ja gesagt, als es Plätze gibt. Deshalb haben wir gelost. Das "
        "Los ist dieses Mal nicht auf Sie gefallen. Wie gelost wurde, kann jeder nachrechnen: "
        "{webseite}.\n\nFallen sehr viele Mitglieder aus, melden wir uns noch einmal bei Ihnen. "
        "Sonst löschen wir Ihre Daten bis zum {loeschtag}.\n\n"
        f"Sie können verfolgen, was der Bürgerrat berät. Er trifft sich {{termine}}. {_PROMISE} "
        "Alles steht im Internet: {webseite}.",
        "after": "",
    },
    "reserve": _ENDS
    | {
        "subject": "Sie stehen auf der Reserveliste",
        "opening": "Sie haben Ja gesagt zum Bürgerrat „{titel}“. Dafür danken wir Ihnen. Das Los "
        "für einen Platz ist nicht auf Sie gefallen. Aber Sie stehen auf der Reserveliste.",
        "body": "Das heißt: Fällt ein Mitglied aus, rückt jemand nach. Die Reihenfolge hat das Los "
        "bestimmt. Dabei achten wir darauf, dass der Bürgerrat bunt gemischt bleibt. Sind Sie an "
        "der Reihe, schreiben wir Ihnen oder rufen Sie an.\n\nBitte halten Sie sich diese Tage "
        "frei, wenn Sie können: Der Bürgerrat trifft sich {termine}.\n\nRücken Sie nicht nach, "
        "löschen wir Ihre Daten bis zum {loeschtag}.",
        "after": "Geht es bei Ihnen nicht mehr? Dann sagen Sie uns bitte Bescheid. Ein Anruf oder "
        "eine E-Mail genügt.",
    },
    "replacement": _ENDS
    | {
        "subject": "Ein Platz im Bürgerrat ist frei: für Sie",
        "opening": "Sie haben Ja gesagt zum Bürgerrat „{titel}“. Jetzt ist ein Platz frei "
        "geworden. Nach der Reihenfolge aus der Losung sind Sie an der Reihe.",
        "body": "Wir halten Ihnen den Platz bis zum {annahmefrist} frei. Bitte sagen Sie uns bis "
        f"dahin, ob Sie ihn annehmen.\n\n{_MEETING}\n\n{_PROMISE}",
        "after": "Können Sie doch nicht kommen? Dann sagen Sie bitte bald ab. So kann die nächste "
        "Person den Platz bekommen. Einen Grund brauchen Sie nicht.",
    },
}
"""Kind → block → text."""

QUESTION = ("invitation", "reminder")
"""Kinds that print the guiding question."""

GUARDIANS: Mapping[str, str] = {
    "invitation": "An die Sorgeberechtigten: Das Los ist auf einen jungen Menschen unter 18 "
    "Jahren gefallen. Zum Mitmachen brauchen wir Ihre Zustimmung. Bitte unterschreiben Sie dafür "
    "beide die Antwortkarte.",
    "reminder": "An die Sorgeberechtigten: Unter 18 Jahren brauchen wir zum Mitmachen Ihre "
    "Zustimmung. Bitte unterschreiben Sie dafür beide die Antwortkarte.",
    "acceptance": "An die Sorgeberechtigten: Unter 18 Jahren geht es nur mit Ihrer Zustimmung. "
    "Bitte schicken Sie uns diesen Brief mit beiden Unterschriften zurück oder rufen Sie uns an.",
    "replacement": "An die Sorgeberechtigten: Unter 18 Jahren geht es nur mit Ihrer Zustimmung. "
    "Bitte schicken Sie uns diesen Brief mit beiden Unterschriften zurück oder rufen Sie uns an.",
}
"""Kind → paragraph in letters to people under 18. Fixed: it cannot be worded away."""
GUARDIAN_LINE = "Zustimmung: Unterschriften der Sorgeberechtigten"
"""On the reply card of people under 18."""
