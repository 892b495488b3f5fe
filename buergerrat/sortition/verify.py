"""Prüft ein Losprotokoll (Ordner oder Zip) nach docs/losprotokoll.md.

Eine Datei, nur Pythons Standardbibliothek:  python verify.py ORDNER [veröffentlichte Prüfsumme]
Jede Zeile der Ausgabe beginnt mit "ok:", "nein:" oder "offen:" (hier nicht prüfbar).
"""
# fmt: off

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

FORMAT, SUMS = "buergerrat-losprotokoll/1", "SHA256SUMS"
INVITATION = ("commitment.json", "tickets.csv")
PANEL = ("panel_commitment.json", "people.csv", "quotas.csv", "panels.csv", "chances.csv")
NAMES = {SUMS, "record.json", "features.csv", *INVITATION, *PANEL}
MOST_BYTES = 200_000_000
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, csv.Error, RecursionError)
VALUES = {"dice": r"[0-9]{20,}", "lotto": r"[0-9]{2}(-[0-9]{2}){5}/[0-9]", "drand": r"[0-9]+:[0-9a-f]{64}",
          "invitation": r"[0-9a-f]{64}", "local": r"[0-9a-f]{64}"}
SOURCES = {"dice": "Würfel", "lotto": "Lottozahlen", "drand": "drand", "local": "Probe",
           "invitation": "Startwert der Einladungslosung"}

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
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

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
        if sum(info.file_size for info in infos) > MOST_BYTES or any(info.compress_type for info in infos):
            raise Refused("Das Zip ist verdichtet oder zu groß; so schreibt das Programm keines.")
        files = {info.filename: archive.read(info) for info in infos}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, files[name])
    if target.getvalue() != path.read_bytes():
        raise Refused("Das Zip ist nicht mehr das, das geschrieben wurde. Wenn es nur neu gepackt wurde: "
                      "entpacken Sie es und prüfen Sie den Ordner.")
    return files

def read(path: Path) -> dict[str, bytes]:
    try:
        found = [path / name for name in sorted(NAMES) if (path / name).is_file()] if path.is_dir() else [path]
        if sum(item.stat().st_size for item in found) > MOST_BYTES:
            raise Refused("Das ist zu groß für ein Losprotokoll.")
        return {item.name: item.read_bytes() for item in found} if path.is_dir() else read_zip(path)
    except FileNotFoundError as error:
        raise Refused(f"{path.name} gibt es nicht.") from error
    except (zipfile.BadZipFile, OSError, RuntimeError, zlib.error, EOFError, ValueError) as error:
        raise Refused(f"{path.name} ist weder ein Ordner noch ein lesbares Zip.") from error

class Checker:
    def __init__(self, files: dict[str, bytes], expect: str | None) -> None:
        self.files, self.expect, self.first_seed = files, expect, ""
        self.lines, self.record = list[str](), dict[str, Any]()
        self.people, self.homes = dict[str, dict[str, str]](), dict[str, str]()

    def check(self, good: bool, statement: str) -> None:
        self.lines.append(f"ok: {statement}" if good else f"nein: Das stimmt nicht: {statement}")

    def open(self, text: str) -> None:
        self.lines.append(f"offen: {text}")

    def run(self) -> Report:
        for name, step in (("SHA256SUMS", self.sums), ("record.json", self.about),
                           ("Einladungen", self.invitation), ("Losung der Mitglieder", self.panel)):
            try:
                step()
            except UNREADABLE as error:
                self.lines.append(f"nein: {name}: unvollständig oder nicht lesbar ({error!r:.80}).")
        return Report(not any(line.startswith("nein") for line in self.lines), tuple(self.lines))

    def sums(self) -> None:
        given, rest = self.files.get(SUMS, b""), sorted(set(self.files) - {SUMS})
        own = [f"{sha(self.files[name])}  {name}\n".encode() for name in rest]
        for name, line in zip(rest, own, strict=True):
            if line not in given:
                self.lines.append(f"nein: {name} wurde verändert oder steht nicht in SHA256SUMS.")
        self.check(b"".join(own) == given, f"Alle {len(rest)} Dateien haben ihre Prüfsumme.")
        if self.expect is None:
            self.open(f"Vergleichen Sie die Prüfsumme {sha(given)} mit der veröffentlichten.")
        else:
            self.check(sha(given) == self.expect.strip().lower(), "Es ist das veröffentlichte Protokoll.")

    def about(self) -> None:
        about = json.loads(self.files["record.json"])
        good = about["format"] == FORMAT and canonical(about) == self.files["record.json"]
        self.check(good, "record.json hat die vereinbarte Form.")
        first, second, self.full = about["invitation"], about["panel"], about["variant"] == "full"
        wanted = {"record.json", SUMS, *(INVITATION if first else ()), *(PANEL if second else ())}
        odd = sorted((wanted | ({"features.csv"} if self.full and second else set())) ^ set(self.files))
        self.check(not odd, ", ".join(["Es fehlt keine Datei, und keine ist zu viel", *odd]) + ".")
        probe = any(draw["seed"]["rehearsal"] is not False for draw in (first, second) if draw)
        self.check(about["rehearsal"] is probe, "Echte Ziehung oder Probe: überall gleich angegeben.")
        if probe:
            self.open("Das ist eine PROBE. Sie gilt nicht.")
        self.record = about

    def seed(self, draw: dict[str, Any], name: str) -> tuple[dict[str, Any], bytes]:
        """Die Festlegung und der Startwert, der aus ihr und dem öffentlichen Wert folgt."""
        text, use = self.files[name], draw["seed"]
        fixed, kind, value = json.loads(text), use["kind"], use["value"]
        good = sha(text) == draw["commitment"] and canonical(fixed) == text
        self.check(good, f"Die Festlegung {name} hat die Prüfsumme {sha(text)[:16]}….")
        lines = ["buergerrat/startwert/1", sha(text), kind, "probe" if use["rehearsal"] else "echt", value]
        seed = hashlib.sha256("\n".join(lines).encode()).digest()
        good = seed.hex() == use["seed"] and bool(re.fullmatch(VALUES[kind], value))
        good &= kind != "local" or use["rehearsal"]
        self.check(good, f"Der Startwert folgt aus Festlegung und Wert ({SOURCES[kind]}: {value[:24]}).")
        if kind != fixed["seed"]["kind"]:
            self.open(f"Angekündigt war „{SOURCES.get(str(fixed['seed']['kind']), fixed['seed']['kind'])}“, genommen wurde „{SOURCES[kind]}“ als Ersatzquelle.")
        return fixed, seed

    def invitation(self) -> None:
        if not (draw := self.record.get("invitation")):
            return
        fixed, seed = self.seed(draw, "commitment.json")
        self.first_seed = seed.hex()
        letters = {row["name"]: row["letters"] for row in fixed["strata"]}
        rows, waves = table(self.files["tickets.csv"]), draw["waves"]
        good = all(wave["draw_id"] == fixed["draw_id"] for wave in waves) and waves[0]["letters"] == letters
        self.check(good, "Die Zahl der Briefe je Gruppe ist die festgelegte.")
        last, ranks = dict[str, str](), Counter[tuple[str, str]]()
        good, proven = len({row["row_id"] for row in rows}) == len(rows), True
        for row in rows:
            stratum, place = row["stratum"], (row["wave"], row["stratum"])
            ranks[place] += 1
            good &= row["draw_id"] == fixed["draw_id"] and row["rank"] == str(ranks[place])
            good &= row["ticket"] == ticket(seed, row["draw_id"], row["row_id"]).hex()
            good &= last.get(stratum, "") < row["ticket"]
            good &= ranks[place] <= waves[int(row["wave"]) - 1]["letters"][stratum]
            proven &= not row["path"] or root(row["row_id"], row["path"]) == fixed["merkle_root"]
            last[stratum] = row["ticket"]
        self.check(good, f"{len(rows)} Lose nachgerechnet; in jeder Gruppe in der Reihenfolge der Lose.")
        self.check(proven, "Wer mit Nachweis gezogen ist, stand im festgelegten Auszug.")
        if missing := sum(not row["path"] for row in rows):
            self.open(f"Für {missing} Gezogene liegt kein Nachweis bei.")
        self.open("Dass kein kleineres Los übergangen wurde, zeigt nur das erneute Einlesen des Auszugs.")

    def panel(self) -> None:
        if not (draw := self.record.get("panel")):
            return
        fixed, seed = self.seed(draw, "panel_commitment.json")
        self.seats, use, files = fixed["seats"], draw["seed"], self.files
        good = fixed["people_sha256"] == sha(files["people.csv"])
        good &= fixed["quotas_sha256"] == sha(files["quotas.csv"])
        good &= not self.first_seed or fixed["invitation"] in ("", sha(files["commitment.json"]))
        good &= not self.first_seed or use["kind"] != "invitation" or use["value"] == self.first_seed
        self.check(good, "Lostopf, Quoten und Herkunft des Startwerts sind die festgelegten.")
        people, self.quotas = table(files["people.csv"]), table(files["quotas.csv"])
        self.ids, sealed = [row["id"] for row in people], [row["commitment"] for row in people]
        width = max(3, len(str(len(people))))
        good = self.ids == [f"{place:0{width}d}" for place in range(1, len(people) + 1)]
        good &= sealed == sorted(set(sealed)) and len(people) == fixed["people"]
        self.check(good, f"{len(people)} Losnummern, lückenlos und in der vereinbarten Ordnung.")
        self.lists(draw, fixed["panels"])
        if self.full:
            self.features(dict(zip(self.ids, sealed, strict=True)), fixed["household_rule"])
        else:
            self.open("Das öffentliche Protokoll enthält keine Merkmale. Ob jede Liste Quoten und Haushaltsregel "
                      "einhält, zeigt das vollständige Protokoll.")
        self.certificate(draw)
        if draw["pick"] is None:
            self.open("Die Ziffern sind noch nicht gezogen.")
        else:
            self.pick(draw["pick"], seed)
        self.open("Wie die Listen gefunden wurden, muss niemand glauben: gezählt wird, was sie ergeben. "
                  f"Größter Abstand von der fairsten Chance nach eigener Angabe: {draw['deviation']}.")

    def lists(self, draw: dict[str, Any], wanted: int) -> None:
        rows = table(self.files["panels.csv"])
        total, self.width = len(rows), len(str(len(rows) - 1))
        self.panels = [[value for name, value in row.items() if name != "panel"] for row in rows]
        good = total == wanted and all(row["panel"] == f"{place:0{self.width}d}" for place, row in enumerate(rows))
        good &= all(ids == sorted(set(ids) & set(self.ids)) and len(ids) == self.seats for ids in self.panels)
        self.check(good, f"{total} Listen mit je {self.seats} verschiedenen Personen aus dem Lostopf.")
        counts = self.counts = Counter(one for ids in self.panels for one in ids)
        own = [{"id": one, "panels": str(counts[one]), "chance": decimal(counts[one], total)} for one in self.ids]
        self.check(table(self.files["chances.csv"]) == own, "Die Chancen sind nachgezählt.")
        self.out = set(draw["excluded"])
        lowest = Fraction(min(counts[one] for one in self.ids if one not in self.out), total)
        good = lowest == number(draw["lowest"]) and not any(counts[one] for one in self.out)
        self.check(good, f"Die kleinste Chance ist {lowest}.")
        if self.out:
            self.open(f"{len(self.out)} Personen können nach Angabe des Protokolls auf keiner Liste stehen.")

    def features(self, sealed: dict[str, str], with_rule: bool) -> None:
        rows = table(self.files["features.csv"])
        good = [row["id"] for row in rows] == self.ids
        for row in rows:
            features, home = {name: value for name, value in list(row.items())[3:] if value}, row["household"]
            opened = {"features": features, "household": home, "salt": row["salt"]}
            good &= sha(canonical(opened)) == sealed[row["id"]] and (with_rule or not home)
            self.people[row["id"]], self.homes[row["id"]] = features, home or row["id"]
        self.check(good, "Die Merkmale sind die, auf die sich der Lostopf festgelegt hat.")
        good = all(self.count(quota, self.ids) == int(quota["pool"]) for quota in self.quotas)
        self.check(good, "Die Zahlen im Lostopf je Quote sind nachgezählt.")
        good = all(int(q["min"]) <= self.count(q, ids) <= int(q["max"]) for ids in self.panels for q in self.quotas)
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
        good = all(max(counts) - min(counts) <= 1 for counts in alike.values())
        self.check(good, "Gleiche Personen stehen auf gleich vielen Listen, auf höchstens eine genau.")

    def count(self, quota: dict[str, str], ids: Any) -> int:
        return sum(self.people[one].get(quota["feature"]) == quota["value"] for one in ids)

    def certificate(self, draw: dict[str, Any]) -> None:
        """Gewichte aufaddieren: rechte Seite durch Summe der Gewichte ist die Schranke."""
        proof, zero = draw["certificate"], Fraction(0)
        seats, homes_right, homes_total, claimed = (
            number(proof[name]) for name in ("seats", "households_right", "households_total", "total"))
        rows = [(q, number(low), number(high)) for q, low, high in
                zip(self.quotas, proof["minimum"], proof["maximum"], strict=True)]
        signs = [homes_right, homes_total, *(low for _, low, _ in rows), *(high for *_, high in rows)]
        right = sum((high * int(q["max"]) - low * int(q["min"]) for q, low, high in rows), seats * self.seats)
        counted = [one for one in self.ids if one not in self.out]
        total = sum(((high - low) * int(q["pool"]) for q, low, high in rows), seats * len(counted) + homes_total)
        good = True
        if self.full:
            homes = {name: number(value) for name, value in proof["households"].items()}
            each = {(q["feature"], q["value"]): high - low for q, low, high in rows}
            weights = [sum((each.get(item, zero) for item in self.people[one].items()), seats)
                       + homes.get(self.homes[one], zero) for one in counted]
            total, signs = sum(weights, zero), [*signs, *weights, *homes.values()]
            good = set(homes) <= set(self.homes.values()) and sum(homes.values(), zero) == homes_right
            good &= sum((homes.get(self.homes[one], zero) for one in counted), zero) == homes_total
        elif self.out:
            total = claimed
        good &= min(signs) >= 0 and right + homes_right == number(proof["right"]) and total == claimed > 0
        bound = (right + homes_right) / total
        good &= number(draw["lowest"]) <= bound == number(proof["bound"]) == number(draw["bound"])
        self.check(good, f"Nachgerechnet: Keine Losung kann allen mehr als {float(bound):.6f} geben.")
        if not self.full:
            self.open("Dass kein Gewicht im Beweis negativ ist, zeigt nur das vollständige Protokoll.")

    def pick(self, pick: dict[str, Any], seed: bytes) -> None:
        digits, panel, made = pick["digits"], pick["panel"], pick["composition"]
        good = bool(re.fullmatch(rf"[0-9]{{{self.width}}}", digits)) and self.panels[int(digits)] == panel
        self.check(good, f"Gezogen wurde Liste {digits}; sie steht so in panels.csv.")
        good = all(int(q["min"]) <= count <= int(q["max"]) for q, count in zip(self.quotas, made, strict=True))
        good &= not self.full or made == [self.count(quota, panel) for quota in self.quotas]
        self.check(good, "Die Zusammensetzung der gezogenen Liste hält die Quoten ein.")
        lines = ["buergerrat/nachruecken/1", seed.hex(), sha(self.files["panels.csv"]), digits]
        own = hashlib.sha256("\n".join(lines).encode()).digest()
        turn = sorted(self.ids, key=lambda one: (ticket(own, "nachruecken", one), one))
        self.check(turn == pick["order"], "Die Reihenfolge zum Nachrücken ist nachgerechnet.")
        seated, gone, good = set(panel), set[str](), True
        for event in pick["events"]:
            good &= set(event["left"]) <= seated | gone and not set(event["declined"]) & seated
            seated -= set(event["left"])
            gone |= {*event["left"], *event["declined"]}
            if event["seated"] is not None:
                free = [one for one in turn if one not in seated | gone]
                good &= event["seated"] in free and len(seated) < self.seats
                good &= not self.full or self.next(seated, free) == (event["seated"], event["broken"])
                seated.add(event["seated"])
        self.check(good, f"{len(pick['events'])} Vorgänge beim Nachrücken geprüft.")
        if not self.full and pick["events"]:
            self.open("Ob jeweils die erste passende Person nachrückte, zeigt das vollständige Protokoll.")

    def next(self, seated: set[str], free: list[str]) -> tuple[str, list[str]]:
        """Die erste Person, die alles einhält; sonst die erste, die am wenigsten verletzt."""
        found = []
        for place, one in enumerate(free):
            shared = self.homes[one] in {self.homes[other] for other in seated}
            amount, names = self.broken({*seated, one})
            found.append((shared, amount, place, one, names + ["Haushalt"] * shared))
        return min(found)[3:]

    def broken(self, members: set[str]) -> tuple[int, list[str]]:
        """Plätze über den Höchstzahlen; dazu fehlende, die freie Plätze nicht mehr decken."""
        empty, over, names = self.seats - len(members), 0, list[str]()
        lacking: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for quota in self.quotas:
            count, name = self.count(quota, members), f"{quota['feature']}: {quota['value']}"
            if count > int(quota["max"]):
                over, names = over + count - int(quota["max"]), [*names, name]
            elif count < int(quota["min"]):
                lacking[quota["feature"]].append((int(quota["min"]) - count, name))
        for rows in lacking.values():
            if (missing := sum(count for count, _ in rows) - empty) > 0:
                over, names = over + missing, names + [name for _, name in rows]
        return over, sorted(names)

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
