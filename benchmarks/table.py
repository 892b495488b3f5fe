"""The figures as German Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

Row = dict[str, Any]
HEAD = (
    "Pool", "Personen", "Plätze", "Typen", "Zeit (ganzer Prozess)", "Speicher", "Schranke", "kleinste Chance",
    "größte Abweichung", "verschiedene Listen", "`sortition-algorithms`: Zeit",
    "dort kleinste Chance", "Verhältnis",
)  # fmt: skip
GROWTH_HEAD = ("Personen", "Typen", "Zeit", "ganzer Prozess", "Speicher", "größte Abweichung")
NONE = "–"


def whole(number: float) -> str:
    """12345 -> "12.345"."""
    return f"{round(number):,}".replace(",", ".")


def decimal(number: float, places: int) -> str:
    """0.5 with two places -> "0,50"."""
    return f"{number:.{places}f}".replace(".", ",")


def seconds(number: float) -> str:
    return f"{decimal(number, 2) if number < 100 else whole(number)} s"


def upwards(number: float) -> str:
    """Five decimals, rounded up, so that no deviation looks smaller than it is."""
    return decimal(ceil(number * 10**5 - 1e-6) / 10**5, 5)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns after the first are set to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _time(figures: Row | None) -> str:
    if figures is None:
        return NONE
    if "over" in figures:
        return f"> {whole(figures['over'])} s"
    return "Fehler" if "failed" in figures else seconds(figures["seconds"])


def _ratio(ours: Row, peer: Row | None) -> str:
    if peer is None or "seconds" not in ours or "failed" in peer:
        return NONE
    if "over" in peer:
        return f"> {whole(floor(peer['over'] / ours['seconds']))}×"
    ratio = peer["seconds"] / ours["seconds"]
    return f"{decimal(ratio, 1) if ratio < 10 else whole(floor(ratio))}×"


def _pool(row: Row) -> list[str]:
    ours, peer = row["ours"], row["peer"]
    cells = [f"`{row['name']}`", NONE, whole(row["seats"]), NONE, _time(ours), *[NONE] * 5]
    if "seconds" in ours:
        mark = "" if ours["attained"] else " †"
        cells[1], cells[3] = whole(ours["people"]), whole(ours["types"])
        cells[4:] = [
            f"{seconds(ours['seconds'])} ({seconds(ours['process'])})",
            f"{whole(ours['megabytes'])} MB",
            decimal(ours["bound"], 5),
            decimal(ours["lowest"], 5),
            upwards(ours["deviation"]) + mark,
            whole(ours["distinct"]),
        ]
    lowest = peer.get("lowest") if peer else None
    return [*cells, _time(peer), NONE if lowest is None else decimal(lowest, 5), _ratio(ours, peer)]


def _notes(rows: Sequence[Row]) -> list[str]:
    """What a reader of the table has to know: totals, and where something is not as asked."""
    done = [row for row in rows if "seconds" in row["ours"]]
    if not done:
        return []
    total = sum(row["ours"]["seconds"] for row in done)
    process = sum(row["ours"]["process"] for row in done)
    slowest = max(done, key=lambda row: row["ours"]["seconds"])
    largest = max(done, key=lambda row: row["ours"]["megabytes"])
    lines = [
        f"- Alle {len(done)} zusammen: {seconds(total)} (mit Start von Python, Lesen und "
        f"Nachprüfen jeder Liste {seconds(process)}). Am längsten: `{slowest['name']}` mit "
        f"{seconds(slowest['ours']['seconds'])}.",
        f"- Größter Speicher: {whole(largest['ours']['megabytes'])} MB (`{largest['name']}`).",
    ]
    for row in done:
        ours = row["ours"]
        if ours["excluded"]:
            lines.append(
                f"- `{row['name']}`: {ours['excluded']} von {whole(ours['people'])} Personen "
                "können mit diesen Quoten auf keiner Liste stehen; Schranke und kleinste Chance "
                "gelten für die anderen."
            )
        if not ours["attained"]:
            lines.append(
                f"- † `{row['name']}`: Ganze Listen erreichen den Punkt der Schranke nicht; die "
                "Abweichung zählt gegen die fairsten Chancen, die ganze Listen erreichen."
            )
    for row in rows:
        for who, figures in (("Bürgerrat", row["ours"]), ("Vergleich", row["peer"])):
            if figures and "failed" in figures:
                lines.append(f"- `{row['name']}`, {who}: endete mit „{figures['failed']}“.")
    return lines


def machine_line(machine: Row) -> str:
    return "- Gemessen auf: " + ", ".join(f"{name} {value}" for name, value in machine.items())


def pools_text(results: Row) -> str:
    """Table, notes and machine of a run over pools."""
    rows = results["pools"]
    parts = [table(HEAD, [_pool(row) for row in rows]), "", *_notes(rows)]
    return "\n".join([*parts, machine_line(results["machine"])]) + "\n"


def growth_text(results: Row, picture: str) -> str:
    """Table and picture of how time grows."""
    rows = [
        [
            whole(row["people"]),
            whole(ours["types"]),
            seconds(ours["seconds"]),
            seconds(ours["process"]),
            f"{whole(ours['megabytes'])} MB",
            upwards(ours["deviation"]) + ("" if ours["attained"] else " †"),
        ]
        if "seconds" in (ours := row["ours"])
        else [whole(row["people"]), NONE, _time(ours), NONE, NONE, NONE]
        for row in results["growth"]
    ]
    parts = [table(GROWTH_HEAD, rows), "", machine_line(results["machine"])]
    if picture:
        parts += ["", f"![Zeit für 1.000 Listen nach Größe des Lostopfs]({picture})"]
    return "\n".join(parts) + "\n"
