"""The report that lies in a lottery's folder: what was drawn, how fair it is, what to do next."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from .commitment import SeedKind
from .file_lottery import drawn, figures, members, panel_of
from .panels import composition
from .quotas import check
from .record import DrawRecord, PanelDraw

NAME = "bericht.md"
PROBE = "PROBE: Dieser Startwert wurde auf diesem Rechner erzeugt. Die Losung gilt nicht."
TEXT = (
    "Der Startwert ist ein frei gewählter Text. Wer ihn wählte, konnte vorher rechnen; deshalb "
    "sollte ihn jemand bestimmen, der Lostopf und Quoten nicht kannte."
)
TOO_FEW = (
    "Die Listen haben zusammen weniger Plätze, als es Personen gibt, oder kaum mehr: Wer auf keiner "
    "Liste steht, obwohl er könnte, hat Pech. Mehr Listen (`--panels`) machen die Chancen feiner."
)
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_SOURCES = {SeedKind.DICE: "Würfel", SeedKind.LOTTO: "Lottozahlen", SeedKind.DRAND: "drand-Runde"}
_WORDS = {2: "zwei", 3: "drei", 4: "vier"}


def chance(value: Fraction) -> str:
    """Return a chance as people read it: "13,64 %"."""
    return f"{float(value) * 100:.2f}\u00a0%".replace(".", ",")


def sentence(record: DrawRecord) -> str:
    """Return what the certificate proves."""
    lottery = panel_of(record).lottery
    return (
        f"Keine Losung mit diesen Quoten könnte die kleinste Chance über {chance(lottery.bound)} "
        f"heben; hier ist sie {chance(lottery.lowest)}."
    )


def plain(text: str) -> str:
    """Take from a text of the files what Markdown would read as a sign."""
    return _MARKS.sub(r"\\\1", text)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield "| " + " | ".join(plain(str(cell)) for cell in row) + " |"
    yield ""


def report(record: DrawRecord, checksum: str) -> str:
    """Return the report in Markdown; it follows from the record, whose Prüfsumme is given."""
    panel = panel_of(record)
    lines = [
        *_head(record, panel),
        *_figures(record, panel),
        *_quotas(panel),
        *_left_out(panel),
        *_fixed(record, panel, checksum),
        *(_next(panel) if panel.digits is None else _members(panel)),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(record: DrawRecord, panel: PanelDraw) -> Iterator[str]:
    yield f"# Losung der Mitglieder{' – PROBE' if panel.seed.rehearsal else ''}"
    yield ""
    if panel.seed.rehearsal:
        yield f"> **{PROBE}**"
        yield ">"
    yield (
        "> **Nicht veröffentlichen.** Dieser Ordner ist das vollständige Losprotokoll: Er enthält "
        "die Angaben jeder Person. Er gehört zu denen, die die Losung prüfen (Datenschutz, "
        "Rechnungsprüfung)."
    )
    yield ""


def _figures(record: DrawRecord, panel: PanelDraw) -> Iterator[str]:
    found = figures(record)
    yield "## In Zahlen"
    yield ""
    rows = [
        ("Personen im Lostopf", found["people"]),
        ("verschiedene Arten von Personen", found["types"]),
        ("Plätze", found["seats"]),
        ("gleich wahrscheinliche Listen", found["panels"]),
        ("davon verschieden", found["distinct_panels"]),
        ("kleinste Chance", chance(panel.lottery.lowest)),
        ("Schranke", chance(panel.lottery.bound)),
        ("größter Abstand von der fairsten Chance", chance(panel.lottery.deviation)),
        ("Haushaltsregel", "ja" if found["household_rule"] else "nein"),
    ]
    yield from _table(("", ""), rows)
    yield sentence(record)
    yield ""
    if panel.lottery.lowest == 0:
        yield TOO_FEW
        yield ""
    if not panel.lottery.attained:
        yield (
            "Ganze Listen erreichen diese Schranke nicht überall: Die Quoten lassen eine Lücke. "
            "Gelost ist das Fairste, das mit ganzen Listen gefunden wurde."
        )
        yield ""


def _quotas(panel: PanelDraw) -> Iterator[str]:
    people = [one.person() for one in panel.entrants]
    pool = composition(people, panel.quotas, [one.id for one in people])
    header = ["Merkmal", "Angabe", "im Lostopf", "Plätze"]
    made: tuple[int, ...] | None = None
    if panel.digits is not None:
        header.append("gezogene Liste")
        made = composition(people, panel.quotas, drawn(panel))
    rows = [
        [
            quota.feature,
            quota.value,
            count,
            f"{quota.min}–{quota.max}",
            *([made[i]] if made else []),
        ]
        for i, (quota, count) in enumerate(zip(panel.quotas, pool, strict=True))
    ]
    yield "## Quoten"
    yield ""
    yield from _table(header, rows)
    features = {quota.feature for quota in panel.quotas}
    lacking = sum(any(not one.features.get(name) for name in features) for one in people)
    if lacking:
        who = "1 Person fehlt" if lacking == 1 else f"{lacking} Personen fehlt"
        yield f"Bei {who} eine Angabe; sie zählen dort in keiner Quote."
        yield ""


def _left_out(panel: PanelDraw) -> Iterator[str]:
    if not panel.lottery.excluded:
        return
    people = [one.person() for one in panel.entrants]
    yield "## Auf keiner Liste"
    yield ""
    yield "Diese Personen können bei diesen Quoten auf keiner Liste stehen:"
    yield ""
    rows = [
        (
            ", ".join(item.ids),
            ", ".join(f"{name}: {value or 'ohne Angabe'}" for name, value in item.features.items()),
            item.reason,
        )
        for item in check(people, panel.quotas, panel.commitment.seats).excluded
    ]
    yield from _table(("Kennung", "Angaben", "Grund"), rows)


def _fixed(record: DrawRecord, panel: PanelDraw, checksum: str) -> Iterator[str]:
    yield "## Festlegung und Prüfsumme"
    yield ""
    kind = "Text" if panel.seed.kind is SeedKind.TEXT else "zufällig, für die Probe"
    yield f"- Startwert ({kind}): {plain(panel.seed.value)}"
    yield f"- Festlegung von Lostopf, Quoten und Regeln: `{panel.commitment.checksum}`"
    yield f"- Prüfsumme dieses Losprotokolls: `{checksum}`"
    yield f"- Software: {plain(record.software)}"
    yield ""
    if panel.seed.kind is SeedKind.TEXT:
        yield TEXT
        yield ""
    yield "Nachrechnen: `buergerrat verify ORDNER`, oder `python3 verify.py ORDNER` ohne das Programm."
    yield ""


def _next(panel: PanelDraw) -> Iterator[str]:
    width = len(str(len(panel.lottery.panels) - 1))
    last = str(len(panel.lottery.panels) - 1)
    yield "## Was jetzt zu tun ist"
    yield ""
    if panel.seed.rehearsal:
        yield "Für die echte Losung noch einmal mit `--seed` in einen neuen Ordner losen. Danach:"
        yield ""
    yield "1. Die Prüfsumme veröffentlichen, bevor gezogen wird."
    if panel.commitment.pick.kind is SeedKind.DIGITS:
        yield f"2. Öffentlich {_WORDS[width]} Ziffern ziehen, von {'0' * width} bis {last}."
        yield f"3. `buergerrat lottery pick ORDNER --number {'1' * width}` mit den gezogenen Ziffern."
    else:
        source = panel.commitment.pick
        yield f"2. Abwarten, was die angekündigte Quelle ergibt: {source.event}."
        yield f"3. `buergerrat lottery pick ORDNER --source {source.kind.value} --value …`"
    yield "4. Die neue Prüfsumme veröffentlichen; wer ausscheidet: `buergerrat lottery replace`."
    yield ""


def _members(panel: PanelDraw) -> Iterator[str]:
    yield f"## Gezogen: Liste {panel.digits}"
    yield ""
    if panel.source is not None:
        yield f"Quelle: {_SOURCES[panel.source.kind]}, {plain(panel.source.value)}"
        yield ""
    yield from (f"- {plain(one)}" for one in drawn(panel))
    yield ""
    if panel.events:
        yield "## Nachbesetzt"
        yield ""
        yield from _table(
            ("ausgeschieden", "abgelehnt", "nachgerückt", "dabei verletzt"),
            [
                (
                    ", ".join(event.left) or "–",
                    ", ".join(event.declined) or "–",
                    event.seated or "niemand",
                    ", ".join(event.broken) or "nichts",
                )
                for event in panel.events
            ],
        )
        seated, _ = members(panel)
        yield f"Im Rat sind jetzt {len(seated)} von {panel.commitment.seats} Plätzen besetzt."
        yield ""
