"""English, for people who do not read German well."""

_MAIN = """A citizens' assembly is a group of {plaetze} people from {ort}. They talk about a question and make recommendations. The council answers every recommendation. The question is (in German):
„{frage}“

When?

{termine}

What do I need?

You do not need any special knowledge or perfect German. Do you need an interpreter, childcare or transport? We will take care of it. It costs you nothing."""

TEXTS = {
    "invitation": {
        "subject": "You have been drawn by lot: join the citizens' assembly",
        "body": "You have been selected at random. {stadt} invites you to the citizens' assembly "
        f"“{{titel}}”. Taking part is voluntary.\n\n{_MAIN}",
    },
    "reminder": {
        "subject": "We are still waiting for your answer",
        "body": "A short while ago we invited you to the citizens' assembly “{titel}”. You were "
        "selected at random. Have you answered already? Then you need not do anything.\n\n"
        f"{_MAIN}",
    },
}
ANSWER = (
    "How to answer",
    "Please answer by {antwortfrist}. A “no” helps us too. You do not have to give a reason.\n"
    "Internet: {webseite}/antwort?sprache=en\n"
    "You need your code. It is on page 1.\n"
    "Telephone: {telefon}\n"
    "By post: tick the boxes on the reply card (“Antwortkarte”): Ja = yes, Nein = no.",
)
RIGHTS = (
    "Your data",
    "We have your name and address from the residents' register (Melderegister). We use your data "
    "for the citizens' assembly only. You can ask which data we have, have it corrected or "
    "deleted, and object: then we will not write to you again. Read more (in German): {datenschutz}",
)
FORWARDED = (
    "Your data",
    "The registration office has posted this letter. We know neither your name nor your address. "
    "We use your answer for the citizens' assembly only. You can ask which data we have and have "
    "it corrected or deleted. Read more (in German): {datenschutz}",
)
