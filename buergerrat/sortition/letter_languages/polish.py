"""Polish, for people who do not read German well."""

_MAIN = """Panel obywatelski (Bürgerrat) to grupa, w której zasiada {plaetze} osób z miejscowości {ort}. Wspólnie rozmawiają na jeden temat i przygotowują rekomendacje. Rada odpowiada na każdą z nich. Pytanie (po niemiecku):
„{frage}”

Kiedy?

{termine}

Czego potrzebuję?

Nie trzeba mieć specjalnej wiedzy ani doskonale znać niemieckiego. Potrzebne jest tłumaczenie, opieka nad dziećmi lub dojazd? Zajmiemy się tym. Jest to bezpłatne."""

TEXTS = {
    "invitation": {
        "subject": "Los wskazał Panią lub Pana: zapraszamy do rozmowy",
        "body": "O zaproszeniu zdecydował los. {stadt} zaprasza Panią lub Pana do panelu "
        f"obywatelskiego „{{titel}}”. Udział jest dobrowolny.\n\n{_MAIN}",
    },
    "reminder": {
        "subject": "Wciąż czekamy na odpowiedź",
        "body": "Niedawno zaprosiliśmy Panią lub Pana do panelu obywatelskiego „{titel}”. O "
        "zaproszeniu zdecydował los. Jeśli odpowiedź została już wysłana, nie trzeba nic robić.\n\n"
        f"{_MAIN}",
    },
}
ANSWER = (
    "Jak odpowiedzieć",
    "Ostatni dzień na odpowiedź: {antwortfrist}. Odpowiedź „nie” też nam pomaga. Nie trzeba "
    "podawać powodu.\n"
    "Internet: {webseite}/antwort\n"
    "Potrzebny jest kod. Znajduje się na stronie 1.\n"
    "Telefon: {telefon}\n"
    "Pocztą: proszę zaznaczyć odpowiedź na karcie („Antwortkarte”): Ja = tak, Nein = nie.",
)
RIGHTS = (
    "Dane osobowe",
    "Imię, nazwisko i adres mamy z rejestru mieszkańców (Melderegister). Używamy tych danych tylko "
    "do celów panelu obywatelskiego. Można zapytać, jakie dane mamy, poprawić je lub kazać "
    "usunąć. Można też wnieść sprzeciw: wtedy nie będziemy więcej pisać. Więcej informacji (po "
    "niemiecku): {datenschutz}",
)
FORWARDED = (
    "Dane osobowe",
    "Ten list wysłał urząd meldunkowy (Meldebehörde). Nie znamy imienia, nazwiska ani adresu. "
    "Odpowiedzi używamy tylko do celów panelu obywatelskiego. Można zapytać, jakie dane mamy, "
    "poprawić je lub kazać usunąć. Więcej informacji (po niemiecku): {datenschutz}",
)
