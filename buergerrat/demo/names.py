"""Invented names, streets and nationalities of the synthetic town. Nobody is meant."""

DISTRICTS: dict[str, int] = {"Kernstadt": 52, "Niederau": 21, "Hohenfels": 15, "Weinberg": 12}
"""District → share of the households in per cent."""

_FRONT = [
    "Acker",
    "Birken",
    "Dorn",
    "Eschen",
    "Feld",
    "Grün",
    "Heide",
    "Kirsch",
    "Linden",
    "Mühl",
    "Nuß",
    "Öhl",
    "Quell",
    "Röhr",
    "Stein",
    "Über",
    "Wald",
    "Weiß",
    "Winter",
    "Sommer",
    "Brombeer",
    "Hasel",
    "Ginster",
    "Holder",
]
_BACK = [
    "bach",
    "berger",
    "feld",
    "hofer",
    "höfer",
    "mann",
    "meyer",
    "müller",
    "stätter",
    "wald",
    "weg",
    "brück",
    "lein",
    "kötter",
]
SURNAMES: list[str] = [front + back for front in _FRONT for back in _BACK]

FIRST_NAMES: dict[str, list[str]] = {
    "w": [
        "Anna",
        "Mira",
        "Käthe",
        "Jördis",
        "Lena",
        "Marlene",
        "Frieda",
        "Ronja",
        "Ilse",
        "Renate",
        "Ursula",
        "Gisela",
        "Petra",
        "Sabine",
        "Claudia",
        "Nicole",
        "Svenja",
        "Sophie",
        "Emilia",
        "Hannah",
        "Zoë",
        "Änne",
        "Birgit",
        "Heike",
        "Martina",
        "Johanna",
    ],
    "m": [
        "Jörg",
        "Günther",
        "Björn",
        "Sören",
        "Max",
        "Paul",
        "Emil",
        "Fritz",
        "Karl-Heinz",
        "Werner",
        "Horst",
        "Klaus",
        "Uwe",
        "Thomas",
        "Stefan",
        "Andreas",
        "Jan",
        "Lukas",
        "Leon",
        "Noah",
        "Finn",
        "Matteo",
        "Götz",
        "Rüdiger",
        "Veit",
        "Anton",
    ],
}

# Nationality (three-digit key of the Federal Statistical Office) → surnames, first names w and m.
NEWCOMERS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "163": (["Aktas", "Demirkol", "Öztas", "Yildizli"], ["Elif", "Nuray"], ["Emre", "Can"]),
    "152": (["Brzozka", "Lipinska", "Sosnowy"], ["Agnieszka", "Ewa"], ["Piotr", "Marek"]),
    "166": (["Bereza", "Dubenko", "Polowyj"], ["Oksana", "Daria"], ["Taras", "Bohdan"]),
    "475": (["Al Nahri", "Zaytuni", "Sahli"], ["Rania", "Lamis"], ["Anas", "Kinan"]),
    "137": (["Campoverde", "Fiorelli", "Montesi"], ["Chiara", "Noemi"], ["Luca", "Nicolò"]),
    "130": (["Šuman", "Žagar", "Hrastnik"], ["Željka", "Mirna"], ["Ivo", "Šime"]),
    "129": (["Beaupré", "Delaunoy"], ["Élodie", "Céline"], ["François", "Rémi"]),
}

_STREET_FRONT = [
    "Ahorn",
    "Amsel",
    "Brunnen",
    "Eichen",
    "Fähr",
    "Garten",
    "Kirch",
    "Linden",
    "Markt",
    "Mühlen",
    "Obst",
    "Reb",
    "Schloß",
    "Ufer",
    "Wiesen",
    "Ziegel",
]
_STREET_BACK = ("straße", "weg", "gasse", "platz", "ring")


def streets_of(district: str) -> list[str]:
    """Twenty street names, none of which another district has."""
    offset = list(DISTRICTS).index(district)
    names = [front + back for back in _STREET_BACK for front in _STREET_FRONT]
    return names[offset::4]
