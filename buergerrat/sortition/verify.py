"""Prüft ein Losprotokoll (Ordner oder Zip) nach docs/losprotokoll.md.

Eine Datei, nur Pythons Standardbibliothek:  python verify.py ORDNER [veröffentlichte Prüfsumme]
Jede Zeile der Ausgabe beginnt mit "ok:", "nein:" oder "offen:" (hier nicht prüfbar).
"""

import csv
import hashlib
import hmac
import io
import json
import re
import sys
import zipfile
import zlib
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

SUMS = "SHA256SUMS"
INVITATION = ("commitment.json", "tickets.csv")
PANEL = ("panel_commitment.json", "people.csv", "quotas.csv", "panels.csv", "chances.csv")
NAMES = {SUMS, "record.json", "features.csv", *INVITATION, *PANEL}
MOST_BYTES = 200_000_000
UNREADABLE = (KeyError, ValueError, TypeError, IndexError, AttributeError, ArithmeticError, csv.Error, RecursionError)
VALUES = {
    "dice": r"[0-9]{20,}",
    "lotto": r"[0-9]{2}(-[0-9]{2}){5}/[0-9]",
    "drand": r"[0-9]+:[0-9a-f]{64}",
    "invitation": r"[0-9a-f]{64}",
    "local": r"[0-9a-f]{64}",
}


class Report(NamedTuple):
    ok: bool
    lines: tuple[str, ...]


class Refused(Exception):
    """Das Protokoll lässt sich nicht einmal lesen; der Text sagt, warum."""


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def table(data: bytes) -> list[dict[str, str]]:
    rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    head = next(rows)
    return [dict(zip(head, row, strict=True)) for row in rows]


def number(text: str) -> Fraction:
    if not re.fullmatch(r"-?[0-9]{1,2000}(/[0-9]{1,2000})?", text):
        raise ValueError(text)
    return Fraction(text)


def ticket(seed: bytes, draw_id: str, name: str) -> bytes:
    return hmac.digest(seed, draw_id.encode() + b"\0" + name.encode(), "sha256")


def root(row_id: str, path: str) -> str:
    node = hashlib.sha256(b"\0" + bytes.fromhex(row_id)).digest()
    for step in path.split():
        other = bytes.fromhex(step[1:])
        both = other + node if step[0] == "l" else node + other
        node = hashlib.sha256(b"\1" + both).digest()
    return node.hex()


def read_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if any(info.filename not in NAMES for info in infos):
            raise Refused("Im Zip liegt eine Datei oder ein Pfad, die nicht zum Protokoll gehören.")
        if len({info.filename for info in infos}) != len(infos):
            raise Refused("Im Zip liegt dieselbe Datei doppelt.")
        if sum(info.file_size for info in infos) > MOST_BYTES or any(
            info.compress_type != zipfile.ZIP_STORED for info in infos
        ):
            raise Refused("Das Zip ist verdichtet oder zu groß; so schreibt das Programm keines.")
        files = {info.filename: archive.read(info) for info in infos}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, files[name])
    if target.getvalue() != path.read_bytes():
        raise Refused(
            "Das Zip ist nicht mehr das, das geschrieben wurde. Wenn es nur neu gepackt "
            "wurde: entpacken Sie es und prüfen Sie den Ordner."
        )
    return files


def read(path: Path) -> dict[str, bytes]:
    try:
        if path.is_dir():
            found = [path / name for name in sorted(NAMES) if (path / name).is_file()]
            if sum(item.stat().st_size for item in found) > MOST_BYTES:
                raise Refused("Die Dateien sind zu groß für ein Losprotokoll.")
            return {item.name: item.read_bytes() for item in found}
        if path.stat().st_size > 2 * MOST_BYTES:
            raise Refused("Die Datei ist zu groß für ein Losprotokoll.")
        return read_zip(path)
    except FileNotFoundError as error:
        raise Refused(f"{path.name} gibt es nicht.") from error
    except (zipfile.BadZipFile, OSError, RuntimeError, zlib.error, EOFError, ValueError) as error:
        raise Refused(f"{path.name} ist weder ein Ordner noch ein lesbares Zip.") from error


class Checker:
    def __init__(self, files: dict[str, bytes], expect: str | None) -> None:
        self.files, self.expect = files, expect
        self.lines: list[str] = []
        self.record: dict[str, Any] = {}
        self.first_seed = ""

    def check(self, good: bool, statement: str) -> None:
        self.lines.append(f"ok: {statement}" if good else f"nein: Das stimmt nicht: {statement}")

    def open(self, text: str) -> None:
        self.lines.append(f"offen: {text}")

    def run(self) -> Report:
        steps = [("SHA256SUMS", self.sums), ("record.json", self.about)]
        for name, step in steps:
            self.step(name, step)
        if self.record.get("invitation"):
            self.step("die Ziehung der Einladungen", self.invitation)
        if self.record.get("panel"):
            self.step("die Losung der Mitglieder", self.panel)
        return Report(not any(line.startswith("nein") for line in self.lines), tuple(self.lines))

    def step(self, name: str, step: Any) -> None:
        try:
            step()
        except UNREADABLE as error:
            self.lines.append(f"nein: {name}: unvollständig oder nicht lesbar ({error!r:.80}).")

    def sums(self) -> None:
        given, rest = self.files.get(SUMS, b""), sorted(set(self.files) - {SUMS})
        for name in rest:
            if f"{sha(self.files[name])}  {name}\n".encode() not in given:
                self.lines.append(f"nein: {name} wurde verändert oder steht nicht in SHA256SUMS.")
        own = "".join(f"{sha(self.files[name])}  {name}\n" for name in rest).encode()
        self.check(own == given, f"Alle {len(rest)} Dateien haben ihre Prüfsumme.")
        if self.expect is None:
            self.open(f"Vergleichen Sie die Prüfsumme {sha(given)} mit der veröffentlichten.")
        else:
            self.check(sha(given) == self.expect.strip().lower(), "Es ist das veröffentlichte Protokoll.")

    def about(self) -> None:
        about = json.loads(self.files["record.json"])
        good = about["format"] == "buergerrat-losprotokoll/1" and canonical(about) == self.files["record.json"]
        self.check(good, "record.json hat die vereinbarte Form.")
        self.full = about["variant"] == "full"
        wanted = {"record.json", SUMS} | ({"features.csv"} if self.full and about["panel"] else set())
        wanted |= set(INVITATION if about["invitation"] else ()) | set(PANEL if about["panel"] else ())
        odd = "".join(f", {name}" for name in sorted(wanted ^ set(self.files)))
        self.check(wanted == set(self.files), f"Es fehlt keine Datei, und keine ist zu viel{odd}.")
        draws = [about[name] for name in ("invitation", "panel") if about[name]]
        probe = any(draw["seed"]["rehearsal"] is not False for draw in draws)
        self.check(about["rehearsal"] is probe, "Echte Ziehung oder Probe: überall gleich angegeben.")
        if probe:
            self.open("Das ist eine PROBE. Sie gilt nicht.")
        self.record = about

    def seed(self, draw: dict[str, Any], name: str) -> tuple[dict[str, Any], bytes]:
        """Die Festlegung und der Startwert, der aus ihr und dem öffentlichen Wert folgt."""
        text, given = self.files[name], draw["seed"]
        commitment = json.loads(text)
        self.check(
            sha(text) == draw["commitment"] and canonical(commitment) == text,
            f"Die Festlegung hat die Prüfsumme {sha(text)[:16]}….",
        )
        kind, mode = given["kind"], "probe" if given["rehearsal"] else "echt"
        lines = ["buergerrat/startwert/1", sha(text), kind, mode, given["value"]]
        seed = hashlib.sha256("\n".join(lines).encode()).digest()
        good = seed.hex() == given["seed"] and bool(re.fullmatch(VALUES[kind], given["value"]))
        self.check(
            good and (kind != "local" or given["rehearsal"]),
            f"Der Startwert folgt aus Festlegung und Wert ({kind}: {given['value'][:24]}).",
        )
        if kind != commitment["seed"]["kind"]:
            self.open(
                f"Angekündigt war „{commitment['seed']['kind']}“; genommen wurde die Ersatzquelle "
                f"„{kind}“ (festgelegt: {commitment['seed']['fallback']})."
            )
        return commitment, seed

    def invitation(self) -> None:
        draw = self.record["invitation"]
        commitment, seed = self.seed(draw, "commitment.json")
        self.first_seed = seed.hex()
        letters = {row["name"]: row["letters"] for row in commitment["strata"]}
        rows, waves = table(self.files["tickets.csv"]), draw["waves"]
        good = all(wave["draw_id"] == commitment["draw_id"] for wave in waves)
        self.check(good and (not waves or waves[0]["letters"] == letters), "Die Zahl der Briefe je Gruppe ist die festgelegte.")
        last: dict[str, str] = {}
        ranks: Counter[tuple[str, str]] = Counter()
        good = len({row["row_id"] for row in rows}) == len(rows)
        for row in rows:
            place = (row["wave"], row["stratum"])
            ranks[place] += 1
            good &= row["draw_id"] == commitment["draw_id"] and row["rank"] == str(ranks[place])
            good &= row["ticket"] == ticket(seed, row["draw_id"], row["row_id"]).hex()
            good &= last.get(row["stratum"], "") < row["ticket"]
            good &= ranks[place] <= waves[int(row["wave"]) - 1]["letters"][row["stratum"]]
            last[row["stratum"]] = row["ticket"]
        self.check(good, f"{len(rows)} Lose nachgerechnet; in jeder Gruppe in der Reihenfolge der Lose.")
        proofs = [row for row in rows if row["path"] or commitment["merkle_root"] == root(row["row_id"], "")]
        good = all(root(row["row_id"], row["path"]) == commitment["merkle_root"] for row in proofs)
        self.check(good, f"{len(proofs)} Gezogene standen nachweislich im festgelegten Auszug.")
        if len(proofs) < len(rows):
            self.open(f"Für {len(rows) - len(proofs)} Gezogene liegt kein Nachweis bei.")
        self.open("Dass kein kleineres Los übergangen wurde, zeigt nur das erneute Einlesen des Auszugs.")

    def panel(self) -> None:
        draw = self.record["panel"]
        self.commitment, seed = self.seed(draw, "panel_commitment.json")
        fixed, use = self.commitment, draw["seed"]
        good = fixed["people_sha256"] == sha(self.files["people.csv"])
        good &= fixed["quotas_sha256"] == sha(self.files["quotas.csv"])
        before = sha(self.files["commitment.json"]) if "commitment.json" in self.files else fixed["invitation"]
        good &= fixed["invitation"] in ("", before)
        self.check(good, "Lostopf und Quoten sind die festgelegten.")
        if use["kind"] == "invitation" and self.first_seed:
            self.check(use["value"] == self.first_seed, "Der Startwert kommt aus der Ziehung der Einladungen.")
        people, self.quotas = table(self.files["people.csv"]), table(self.files["quotas.csv"])
        self.ids = [row["id"] for row in people]
        width, sealed = max(3, len(str(len(people)))), [row["commitment"] for row in people]
        good = self.ids == [f"{place:0{width}d}" for place in range(1, len(people) + 1)]
        good &= sealed == sorted(set(sealed)) and len(people) == fixed["people"]
        self.check(good, f"{len(people)} Losnummern, lückenlos und in der vereinbarten Ordnung.")
        self.lists(draw)
        self.homes: dict[str, str] = {}
        if self.full:
            self.features(dict(zip(self.ids, sealed, strict=True)))
        else:
            self.open(
                "Das öffentliche Protokoll enthält keine Merkmale. Ob jede Liste die Quoten und die "
                "Haushaltsregel einhält, zeigt das vollständige Protokoll."
            )
        self.certificate(draw)
        if draw["pick"] is None:
            self.open("Die Ziffern sind noch nicht gezogen.")
        else:
            self.pick(draw["pick"], seed)
        self.open(
            "Wie das Programm die Listen gefunden hat, muss niemand glauben: gezählt wird, was sie ergeben. "
            f"Größte Abweichung von der fairsten Chance nach eigener Angabe: {draw['deviation']}."
        )

    def lists(self, draw: dict[str, Any]) -> None:
        rows, fixed = table(self.files["panels.csv"]), self.commitment
        total, width = len(rows), len(str(len(rows) - 1))
        self.panels = [[value for name, value in row.items() if name != "panel"] for row in rows]
        good = total == fixed["panels"] and [row["panel"] for row in rows] == [f"{n:0{width}d}" for n in range(total)]
        good &= all(ids == sorted(set(ids) & set(self.ids)) and len(ids) == fixed["seats"] for ids in self.panels)
        self.check(good, f"{total} Listen mit je {fixed['seats']} verschiedenen Personen aus dem Lostopf.")
        self.counts = Counter(one for ids in self.panels for one in ids)
        wanted = [{"id": one, "panels": str(self.counts[one]), "chance": decimal(self.counts[one], total)} for one in self.ids]
        self.check(table(self.files["chances.csv"]) == wanted, "Die Chancen sind nachgezählt.")
        self.out = set(draw["excluded"])
        lowest = Fraction(min(self.counts[one] for one in self.ids if one not in self.out), total)
        good = lowest == number(draw["lowest"]) and not any(self.counts[one] for one in self.out)
        self.check(good, f"Die kleinste Chance ist {lowest}.")
        if self.out:
            self.open(f"{len(self.out)} Personen können nach Angabe des Protokolls auf keiner Liste stehen.")

    def features(self, sealed: dict[str, str]) -> None:
        rows = table(self.files["features.csv"])
        self.people: dict[str, dict[str, str]] = {}
        good = [row["id"] for row in rows] == self.ids
        with_rule = self.commitment["household_rule"]
        for row in rows:
            features = {name: value for name, value in list(row.items())[3:] if value}
            opened = {"features": features, "household": row["household"], "salt": row["salt"]}
            good &= sha(canonical(opened)) == sealed[row["id"]]
            self.people[row["id"]], self.homes[row["id"]] = features, row["household"] or row["id"]
        good &= with_rule or all(not row["household"] for row in rows)
        self.check(good, "Die Merkmale sind die, auf die sich der Lostopf festgelegt hat.")
        self.check(
            all(self.sum(q, self.ids) == int(q["pool"]) for q in self.quotas),
            "Die Zahlen im Lostopf je Quote sind nachgezählt.",
        )
        good = all(int(q["min"]) <= self.sum(q, ids) <= int(q["max"]) for ids in self.panels for q in self.quotas)
        self.check(good, "Jede Liste hält jede Quote ein.")
        good = all(len({self.homes[one] for one in ids}) == len(ids) for ids in self.panels)
        self.check(good, "Auf keiner Liste stehen zwei Personen aus einem Haushalt.")
        known, lives, alike = {(q["feature"], q["value"]) for q in self.quotas}, defaultdict(list), defaultdict(list)
        kind = {one: sorted(known & set(self.people[one].items())) for one in self.ids}
        for one in self.ids:
            lives[self.homes[one]].append(one)
        for one in self.ids:
            others = sorted(kind[other] for other in lives[self.homes[one]] if other != one)
            alike[str((kind[one], others))].append(self.counts[one])
        good = all(max(each) - min(each) <= 1 for each in alike.values())
        self.check(good, "Gleiche Personen stehen auf gleich vielen Listen (höchstens eine Unterschied).")

    def sum(self, quota: dict[str, str], ids: Any) -> int:
        return sum(self.people[one].get(quota["feature"]) == quota["value"] for one in ids)

    def certificate(self, draw: dict[str, Any]) -> None:
        """Gewicht jeder Person aufaddieren: rechte Seite durch Summe der Gewichte ist die Schranke."""
        proof, zero = draw["certificate"], Fraction(0)
        seats, low, high = number(proof["seats"]), [number(v) for v in proof["minimum"]], [number(v) for v in proof["maximum"]]
        homes_right, homes_total = number(proof["households_right"]), number(proof["households_total"])
        rows = list(zip(self.quotas, low, high, strict=True))
        good = min([homes_right, homes_total, *low, *high]) >= 0
        right = seats * self.commitment["seats"] + homes_right
        right += sum((h * int(q["max"]) - m * int(q["min"]) for q, m, h in rows), zero)
        counted = [one for one in self.ids if one not in self.out]
        total = seats * len(counted) + homes_total + sum(((h - m) * int(q["pool"]) for q, m, h in rows), zero)
        if self.full:
            homes = {name: number(value) for name, value in proof["households"].items()}
            each = {(q["feature"], q["value"]): h - m for q, m, h in rows}
            weights = [
                seats
                + homes.get(self.homes[one], zero)
                + sum((each.get(item, zero) for item in self.people[one].items()), zero)
                for one in counted
            ]
            good &= min([zero, *weights, *homes.values()]) >= 0 and set(homes) <= set(self.homes.values())
            good &= sum(homes.values(), zero) == homes_right
            good &= sum((homes.get(self.homes[one], zero) for one in counted), zero) == homes_total
            total = sum(weights, zero)
        elif self.out:
            total = number(proof["total"])
        good &= right == number(proof["right"]) and total == number(proof["total"]) and total > 0
        bound = right / total
        good &= bound == number(proof["bound"]) == number(draw["bound"]) and number(draw["lowest"]) <= bound
        self.check(good, f"Beweis der Schranke nachgerechnet: niemandes kleinste Chance kann über {float(bound):.6f} liegen.")
        if not self.full:
            self.open("Dass kein Gewicht im Beweis negativ ist, zeigt nur das vollständige Protokoll.")

    def pick(self, pick: dict[str, Any], seed: bytes) -> None:
        digits, panel = pick["digits"], pick["panel"]
        good = bool(re.fullmatch(rf"[0-9]{{{len(str(len(self.panels) - 1))}}}", digits)) and self.panels[int(digits)] == panel
        self.check(good, f"Gezogen wurde Liste {digits}; sie steht so in panels.csv.")
        made, inside = pick["composition"], list(zip(self.quotas, pick["composition"], strict=True))
        good = all(int(q["min"]) <= n <= int(q["max"]) for q, n in inside)
        good &= not self.full or made == [self.sum(q, panel) for q in self.quotas]
        self.check(good, "Die Zusammensetzung der gezogenen Liste hält die Quoten ein.")
        text = "\n".join(["buergerrat/nachruecken/1", seed.hex(), sha(self.files["panels.csv"]), digits])
        turn_seed = hashlib.sha256(text.encode()).digest()
        turn = sorted(self.ids, key=lambda one: (ticket(turn_seed, "nachruecken", one), one))
        self.check(turn == pick["order"], "Die Reihenfolge zum Nachrücken ist nachgerechnet.")
        seated, gone, good = set(panel), set[str](), True
        for event in pick["events"]:
            good &= set(event["left"]) <= seated | gone and not set(event["declined"]) & seated
            seated -= set(event["left"])
            gone |= set(event["left"]) | set(event["declined"])
            free = [one for one in turn if one not in seated | gone]
            if self.full:
                best = self.next(seated, free) if len(seated) < self.commitment["seats"] else None
                good &= event["seated"] is None or best == (event["seated"], event["broken"])
            else:
                good &= event["seated"] is None or event["seated"] in free
            seated |= {event["seated"]} - {None}
        self.check(good and len(seated) <= self.commitment["seats"], f"{len(pick['events'])} Nachrück-Vorgänge geprüft.")
        if not self.full and pick["events"]:
            self.open("Ob jeweils die erste passende Person nachrückte, zeigt das vollständige Protokoll.")

    def next(self, seated: set[str], free: list[str]) -> tuple[str, list[str]] | None:
        """Die erste Person, die alles einhält; sonst die erste, die am wenigsten verletzt."""
        best = None
        for one in free:
            shared = self.homes[one] in {self.homes[other] for other in seated}
            amount, names = self.broken({*seated, one})
            if best is None or (shared, amount) < best[0]:
                best = (shared, amount), (one, names + ["Haushalt"] * shared)
        return best[1] if best else None

    def broken(self, members: set[str]) -> tuple[int, list[str]]:
        empty, amount = self.commitment["seats"] - len(members), 0
        names: list[str] = []
        lacking: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for quota in self.quotas:
            count, name = self.sum(quota, members), f"{quota['feature']}: {quota['value']}"
            if count > int(quota["max"]):
                amount, names = amount + count - int(quota["max"]), [*names, name]
            elif count < int(quota["min"]):
                lacking[quota["feature"]].append((name, int(quota["min"]) - count))
        for rows in lacking.values():
            missing = sum(n for _, n in rows) - empty
            if missing > 0:
                amount, names = amount + missing, names + [name for name, _ in rows]
        return amount, sorted(names)


def decimal(count: int, total: int) -> str:
    part = (2 * count * 10**6 + total) // (2 * total)
    return f"{part // 10**6}.{part % 10**6:06d}"


def verify(path: Path, expect: str | None = None) -> Report:
    """Prüft das Protokoll; eine Zeile je Prüfung, nie ein Absturz wegen des Inhalts."""
    try:
        return Checker(read(Path(path)), expect).run()
    except Refused as error:
        return Report(False, (f"nein: {error}",))


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) not in (1, 2):
        print("Aufruf: python verify.py ORDNER-ODER-ZIP [veröffentlichte Prüfsumme]")
        return 2
    report = verify(Path(arguments[0]), arguments[1] if len(arguments) == 2 else None)
    print("\n".join(report.lines))
    print("Das Losprotokoll stimmt." if report.ok else "Das Losprotokoll stimmt NICHT.")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
