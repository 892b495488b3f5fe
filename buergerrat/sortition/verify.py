"""Prüft ein Losprotokoll (Ordner oder Zip) nach docs/losprotokoll.md.

Eine Datei, nur Pythons Standardbibliothek:
    python verify.py LOSPROTOKOLL [veröffentlichte Prüfsumme] [--own EIGENE-DATEI]
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
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

FORMAT, SUMS, MOST_BYTES = "buergerrat-losprotokoll/2", "SHA256SUMS", 200_000_000
INVITATION = ("commitment.json", "tickets.csv")
PANEL = ("panel_commitment.json", "people.csv", "quotas.csv", "marks.csv", "chances.csv")
OPENED = ("panels.csv", "features.csv")
NAMES = {SUMS, "record.json", *INVITATION, *PANEL, *OPENED}
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, csv.Error, RecursionError)
VALUES = {"dice": r"[0-9]{20,}", "lotto": r"[0-9]{2}(-[0-9]{2}){5}/[0-9]", "drand": r"[0-9]+:[0-9a-f]{64}",
          "text": r"(?! )(?!.*  )[^\x00-\x1f\x7f-\x9f]{1,300}(?<! )",
          "invitation": r"[0-9a-f]{64}", "local": r"[0-9a-f]{64}"}
SOURCES = {"dice": "Würfel", "lotto": "Lottozahlen", "drand": "drand", "text": "freier Text", "local": "Probe",
           "invitation": "Startwert der Einladungslosung", "digits": "einzeln gezogene Ziffern"}

class Report(NamedTuple):
    ok: bool
    lines: tuple[str, ...]

class Refused(Exception):
    """Das Protokoll lässt sich nicht einmal lesen; der Text sagt, warum."""

def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

def sha_lines(*lines: str) -> bytes:
    return hashlib.sha256("\n".join(lines).encode()).digest()

def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))

def table(data: bytes) -> list[dict[str, str]]:
    head, *rows = rows_of(data)
    return [dict(zip(head, row, strict=True)) for row in rows]

def number(text: str) -> Fraction:
    if not re.fullmatch(r"-?[0-9]{1,2000}(/[0-9]{1,2000})?", text):
        raise ValueError(text)
    return Fraction(text)

def decimal(value: Fraction) -> str:
    part = (2 * value.numerator * 10**6 + value.denominator) // (2 * value.denominator)
    return f"{part // 10**6}.{part % 10**6:06d}"

def shown(value: Fraction) -> str:
    return f"{decimal(value).replace('.', ',')} (genau {value})"

def ticket(seed: bytes, draw_id: str, name: str) -> bytes:
    return hmac.digest(seed, draw_id.encode() + b"\0" + name.encode(), "sha256")

def opening(salt: str, label: str) -> str:
    return hmac.digest(bytes.fromhex(salt), b"buergerrat/platz/1\0" + label.encode(), "sha256").hex()

def mark(one: str, label: str, opened: str) -> str:
    return sha_lines("buergerrat/platzzeichen/1", one, label, opened).hex()[:32]

def root(row_id: str, path: str) -> str:
    node = hashlib.sha256(b"\0" + bytes.fromhex(row_id)).digest()
    for step in path.split():
        other = bytes.fromhex(step[1:])
        node = hashlib.sha256(b"\1" + (other + node if step[0] == "l" else node + other)).digest()
    return node.hex()

def read(path: Path) -> dict[str, bytes]:
    try:
        if path.is_dir():
            return {name: (path / name).read_bytes() for name in NAMES if (path / name).is_file()}
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) != len({info.filename for info in infos} & NAMES):
                raise Refused("Im Zip liegt eine Datei, die nicht zum Protokoll gehört, oder eine doppelt.")
            if sum(info.file_size for info in infos) > MOST_BYTES or any(info.compress_type for info in infos):
                raise Refused("Das Zip ist verdichtet oder zu groß. Entpacken Sie es und prüfen Sie den Ordner.")
            return {info.filename: archive.read(info) for info in infos}
    except FileNotFoundError as error:
        raise Refused(f"{path.name} gibt es nicht.") from error
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError) as error:
        raise Refused(f"{path.name} ist weder ein Ordner noch ein lesbares Zip.") from error

class Checker:
    def __init__(self, files: dict[str, bytes], expect: str | None = None, own: bytes | None = None) -> None:
        self.files, self.expect, self.own, self.first_seed = files, expect, own, ""
        self.lines, self.record, self.sealed = list[str](), dict[str, Any](), dict[str, str]()
        self.features, self.homes, self.salts = dict[str, dict[str, str]](), dict[str, str](), dict[str, str]()

    def say(self, word: str, text: str) -> None:
        self.lines.append(f"{word}: " + "".join(letter if letter.isprintable() else "?" for letter in text))

    def check(self, good: bool, statement: str) -> None:
        self.say("ok" if good else "nein", statement if good else f"Das stimmt nicht: {statement}")

    def run(self) -> Report:
        for name, step in (("SHA256SUMS", self.sums), ("record.json", self.about), ("Einladungen", self.invitation),
                           ("Losung der Mitglieder", self.panel), ("Eigene Datei", self.resident)):
            try:
                step()
            except UNREADABLE as error:
                self.say("nein", f"{name}: unvollständig oder nicht lesbar ({error!r:.80}).")
        return Report(not any(line.startswith("nein") for line in self.lines), tuple(self.lines))

    def sums(self) -> None:
        given, rest = self.files.get(SUMS, b""), sorted(set(self.files) - {SUMS})
        lines = {name: f"{sha(self.files[name])}  {name}\n".encode() for name in rest}
        odd = [f"{name} ist verändert oder fehlt in SHA256SUMS" for name in rest if lines[name] not in given]
        good = b"".join(lines.values()) == given
        self.check(good, "; ".join([f"Alle {len(rest)} Dateien haben ihre Prüfsumme", *odd]) + ".")
        if self.expect is None:
            self.say("offen", f"Vergleichen Sie die Prüfsumme {sha(given)} mit der veröffentlichten.")
        else:
            self.check(sha(given) == self.expect.strip().lower(), "Es ist das veröffentlichte Protokoll.")

    def about(self) -> None:
        about = json.loads(self.files["record.json"])
        good = about["format"] == FORMAT and canonical(about) == self.files["record.json"]
        self.check(good and about["variant"] in ("full", "public"), "record.json hat die vereinbarte Form.")
        first, second, self.full = about["invitation"], about["panel"], about["variant"] == "full"
        wanted = {"record.json", SUMS, *(INVITATION if first else ()), *(PANEL if second else ())}
        odd = sorted((wanted | set(OPENED if self.full and second else ())) ^ set(self.files))
        self.check(not odd, ", ".join(["Es fehlt keine Datei, und keine ist zu viel", *odd]) + ".")
        probe = any(draw["seed"]["rehearsal"] is not False for draw in (first, second) if draw)
        self.check(about["rehearsal"] is probe, "Echte Ziehung oder Probe: überall gleich angegeben.")
        if probe:
            self.say("offen", "Das ist eine PROBE. Sie gilt nicht.")
        self.record = about

    def seed(self, draw: dict[str, Any], name: str) -> tuple[dict[str, Any], bytes]:
        text, use = self.files[name], draw["seed"]
        fixed, kind, value = json.loads(text), use["kind"], use["value"]
        good = sha(text) == draw["commitment"] and canonical(fixed) == text
        self.check(good, f"Die Festlegung {name} hat die Prüfsumme {sha(text)[:16]}….")
        seed = sha_lines("buergerrat/startwert/1", sha(text), kind, "probe" if use["rehearsal"] else "echt", value)
        good = seed.hex() == use["seed"] and self.written(kind, value) and (kind != "local" or use["rehearsal"])
        self.check(good, f"Der Startwert folgt aus Festlegung und Wert ({SOURCES[kind]}: {value[:24]}).")
        self.announced("den Startwert", fixed["seed"]["kind"], kind)
        if kind == "text":
            self.say("offen", "Der Startwert ist ein frei gewählter Text; wer ihn wählte, konnte vorher rechnen.")
        return fixed, seed

    def written(self, kind: str, value: str) -> bool:
        return bool(re.fullmatch(VALUES[kind], value)) and value == normalize("NFC", value)

    def announced(self, what: str, before: str, used: str) -> None:
        if before != used:
            self.say("offen", f"Für {what} angekündigt: {SOURCES[before]}. Genommen als Ersatz: {SOURCES[used]}.")

    def invitation(self) -> None:
        if not (draw := self.record.get("invitation")):
            return
        fixed, seed = self.seed(draw, "commitment.json")
        self.first_seed, rows, waves = seed.hex(), table(self.files["tickets.csv"]), draw["waves"]
        good = all(wave["draw_id"] == fixed["draw_id"] for wave in waves)
        good &= waves[0]["letters"] == {row["name"]: row["letters"] for row in fixed["strata"]}
        self.check(good, "Die Zahl der Briefe je Gruppe ist die festgelegte.")
        last, ranks, proven = dict[str, str](), Counter[tuple[str, str]](), True
        good = len({row["row_id"] for row in rows}) == len(rows)
        for row in rows:
            stratum, wave = row["stratum"], row["wave"]
            ranks[wave, stratum] += 1
            good &= row["draw_id"] == fixed["draw_id"] and row["rank"] == str(ranks[wave, stratum])
            good &= row["ticket"] == ticket(seed, row["draw_id"], row["row_id"]).hex() > last.get(stratum, "")
            good &= bool(re.fullmatch("[1-9][0-9]*", wave))
            good &= ranks[wave, stratum] <= waves[int(wave) - 1]["letters"][stratum]
            proven &= not row["path"] or root(row["row_id"], row["path"]) == fixed["merkle_root"]
            last[stratum] = row["ticket"]
        self.check(good, f"{len(rows)} Lose nachgerechnet; in jeder Gruppe in der Reihenfolge der Lose.")
        self.check(proven, "Wer mit Nachweis gezogen ist, stand im festgelegten Auszug.")
        if missing := sum(not row["path"] for row in rows):
            self.say("offen", f"Für {missing} Gezogene liegt kein Nachweis bei.")
        self.say("offen", "Dass kein kleineres Los übergangen wurde, zeigt nur das erneute Einlesen des Auszugs.")

    def panel(self) -> None:
        if not (draw := self.record.get("panel")):
            return
        fixed, seed = self.seed(draw, "panel_commitment.json")
        files, use, self.seats = self.files, draw["seed"], fixed["seats"]
        good = draw["seats"] == self.seats and fixed["people_sha256"] == sha(files["people.csv"])
        good &= fixed["quotas_sha256"] == sha(files["quotas.csv"])
        good &= not fixed["invitation"] or fixed["invitation"] == sha(files.get("commitment.json", b""))
        good &= use["kind"] != "invitation" or use["value"] == self.first_seed
        self.check(good, "Lostopf, Quoten und Herkunft des Startwerts sind die festgelegten.")
        people, self.quotas = rows_of(files["people.csv"])[1:], table(files["quotas.csv"])
        self.sealed = dict(people)
        self.ids, sealed = list(self.sealed), list(self.sealed.values())
        good = len(people) == len(sealed) == fixed["people"] and sealed == sorted(set(sealed))
        width = max(3, len(str(len(people))))
        given = self.ids == [f"{place:0{width}d}" for place in range(1, len(people) + 1)]
        words = "Losnummern, lückenlos" if given else "mitgebrachte Kennungen, jede einmal"
        self.check(good, f"{len(people)} {words} und in der vereinbarten Ordnung.")
        if not given:
            self.say("offen", "Die Kennungen sind mitgebracht und nicht vom Verfahren vergeben.")
        self.lists(fixed["panels"])
        if self.full:
            self.opened(fixed["household_rule"])
        else:
            self.say("offen", "Das öffentliche Protokoll enthält keine Merkmale, und die Plätze sind versiegelt. Ob jede "
                     "Liste Quoten und Haushaltsregel einhält, zeigt das vollständige Protokoll.")
        self.certificate(draw)
        if draw["pick"] is None:
            self.say("offen", "Die Liste ist noch nicht gezogen.")
        else:
            self.pick(draw["pick"], fixed["pick"]["kind"], seed)
        self.say("offen", "Wie die Listen gefunden wurden, muss niemand glauben: gezählt wird, was sie ergeben. "
                 f"Größter Abstand von der fairsten Chance nach eigener Angabe: {draw['deviation']}.")

    def lists(self, wanted: int) -> None:
        rows, chances = rows_of(self.files["marks.csv"])[1:], rows_of(self.files["chances.csv"])[1:]
        self.marks, self.total, width = {label: marks for label, *marks in rows}, len(rows), len(str(len(rows) - 1))
        every = [one for marks in self.marks.values() for one in marks]
        good = len(rows) == wanted and list(self.marks) == [f"{place:0{width}d}" for place in range(len(rows))]
        good &= all(marks == sorted(marks) and len(marks) == self.seats for marks in self.marks.values())
        good &= len(set(every)) == len(every) and all(re.fullmatch("[0-9a-f]{32}", one) for one in every)
        self.check(good, f"{self.total} Listen mit je {self.seats} versiegelten Plätzen, kein Platzzeichen doppelt.")
        self.counts = {one: int(count) for one, count, _ in chances}
        own = [[one, str(self.counts[one]), decimal(Fraction(self.counts[one], self.total))] for one in sorted(self.ids)]
        good = chances == own and all(0 <= count <= self.total for count in self.counts.values())
        good &= sum(self.counts.values()) == self.total * self.seats
        self.check(good, f"Die Chancen folgen aus den Anzahlen; diese ergeben zusammen {self.total} mal {self.seats} Plätze.")

    def count(self, ids: Any) -> list[int]:
        found = Counter(item for one in ids for item in self.features[one].items())
        return [found[quota["feature"], quota["value"]] for quota in self.quotas]

    def fits(self, counts: list[int]) -> bool:
        return all(int(q["min"]) <= count <= int(q["max"]) for q, count in zip(self.quotas, counts, strict=True))

    def opened(self, household_rule: bool) -> None:
        head, *rows = rows_of(self.files["features.csv"])
        good = [row[0] for row in rows] == self.ids
        for one, salt, home, *values in rows:
            self.features[one] = {name: value for name, value in zip(head[3:], values, strict=True) if value}
            commitment = sha(canonical({"features": self.features[one], "household": home, "salt": salt}))
            good &= commitment == self.sealed[one] and (household_rule or not home)
            self.salts[one], self.homes[one] = salt, home or one
        self.check(good, "Die Merkmale sind die, auf die sich der Lostopf festgelegt hat.")
        good = self.count(self.ids) == [int(quota["pool"]) for quota in self.quotas]
        self.check(good, "Die Zahlen im Lostopf je Quote sind nachgezählt.")
        self.panels = {label: ids for label, *ids in rows_of(self.files["panels.csv"])[1:]}
        good = list(self.panels) == list(self.marks)
        for label, ids in self.panels.items():
            own = sorted(mark(one, label, opening(self.salts[one], label)) for one in ids)
            good &= own == self.marks[label] and ids == sorted(set(ids))
        self.check(good, "Jedes Platzzeichen ist geöffnet: Es gehört zu genau der Person in panels.csv.")
        counts = Counter(one for ids in self.panels.values() for one in ids)
        self.check(all(counts[one] == self.counts[one] for one in self.ids), "Die Chancen sind nachgezählt.")
        good = all(self.fits(self.count(ids)) for ids in self.panels.values())
        self.check(good, "Jede Liste hält jede Quote ein.")
        good = all(len({self.homes[one] for one in ids}) == len(ids) for ids in self.panels.values())
        self.check(good, "Auf keiner Liste stehen zwei Personen aus einem Haushalt.")
        known, living, alike = {(q["feature"], q["value"]) for q in self.quotas}, defaultdict(list), defaultdict(set)
        kind = {one: sorted(known & set(self.features[one].items())) for one in self.ids}
        for one in self.ids:
            living[self.homes[one]].append(kind[one])
        for one in self.ids:
            alike[str((kind[one], sorted(living[self.homes[one]])))].add(counts[one])
        good = all(max(numbers) - min(numbers) <= 1 for numbers in alike.values())
        self.check(good, "Gleiche Personen stehen auf gleich vielen Listen, auf höchstens eine genau.")

    def certificate(self, draw: dict[str, Any]) -> None:
        """Gewichte aufaddieren: rechte Seite durch Summe der Gewichte ist die Schranke."""
        proof, out = draw["certificate"], set(draw["excluded"])
        seats, homes_right, homes_total, right, total = (
            number(proof[name]) for name in ("seats", "households_right", "households_total", "right", "total"))
        lows, highs = [number(text) for text in proof["minimum"]], [number(text) for text in proof["maximum"]]
        rows, inside = list(zip(self.quotas, lows, highs, strict=True)), [one for one in self.ids if one not in out]
        lowest = Fraction(min(self.counts[one] for one in inside), self.total)
        good = lowest == number(draw["lowest"]) and not any(self.counts[one] for one in out)
        self.check(good, f"Die kleinste Chance ist {lowest}.")
        if out:
            self.say("offen", f"{len(out)} Personen können nach Angabe des Protokolls auf keiner Liste stehen.")
        own = seats * self.seats + homes_right + sum(high * int(q["max"]) - low * int(q["min"]) for q, low, high in rows)
        good = own == right and min(lows + highs + [homes_right, homes_total]) >= 0
        if self.full:
            homes = {name: number(value) for name, value in proof["households"].items()}
            each = {(q["feature"], q["value"]): high - low for q, low, high in rows}
            shares = [homes.get(self.homes[one], Fraction(0)) for one in inside]
            weights = [seats + share + sum(each.get(item, 0) for item in self.features[one].items())
                       for one, share in zip(inside, shares, strict=True)]
            good &= sum(weights) == total and sum(homes.values()) == homes_right and sum(shares) == homes_total
            good &= min([*weights, *homes.values()]) >= 0 and set(homes) <= set(self.homes.values())
        elif not out:
            good &= total == seats * len(inside) + homes_total + sum((high - low) * int(q["pool"]) for q, low, high in rows)
        good &= total > 0 and lowest <= right / total == number(proof["bound"]) == number(draw["bound"])
        self.check(good, "Nachgerechnet: Keine Losung kann allen mehr geben als die Schranke. Niemandes Chance könnte über "
                   f"{shown(right / total)} liegen, ohne dass eine andere Person darunter fällt; die kleinste ist {shown(lowest)}.")
        if not self.full:
            self.say("offen", "Dass kein Gewicht im Beweis negativ ist, zeigt nur das vollständige Protokoll.")

    def pick(self, pick: dict[str, Any], announced: str, seed: bytes) -> None:
        digits, panel, source, listed = pick["digits"], pick["panel"], pick["source"], sha(self.files["marks.csv"])
        own = sorted(mark(one, digits, key) for one, key in zip(panel, pick["openings"], strict=True))
        good = own == self.marks.get(digits) and panel == sorted(set(panel) & set(self.ids))
        good &= not self.full or panel == self.panels[digits]
        self.check(good, f"Gezogen wurde Liste {digits}; ihre Platzzeichen öffnen sich zu genau diesen {len(panel)} Personen.")
        self.announced("die Liste", announced, source["kind"] if source else "digits")
        if source:
            kind, value, attempt, fair = source["kind"], source["value"], 0, 2**256 // self.total * self.total
            while (drawn := int.from_bytes(sha_lines("buergerrat/liste/1", seed.hex(), listed, kind, value, str(attempt)),
                                           "big")) >= fair:
                attempt += 1
            good = drawn % self.total == int(digits) and kind in ("dice", "lotto", "drand") and self.written(kind, value)
            self.check(good, f"Die Nummer der Liste folgt aus der öffentlichen Quelle ({SOURCES[kind]}: {value[:24]}).")
        good = self.fits(pick["composition"]) and (not self.full or pick["composition"] == self.count(panel))
        self.check(good, "Die Zusammensetzung der gezogenen Liste hält die Quoten ein.")
        later = sha_lines("buergerrat/nachruecken/2", seed.hex(), listed, digits)
        turn = sorted(self.ids, key=lambda one: (ticket(later, "nachruecken", one), one))
        self.check(turn == pick["order"], "Die Reihenfolge zum Nachrücken ist nachgerechnet.")
        seated, gone, good = set(panel), set[str](), True
        for event in pick["events"]:
            good &= set(event["left"]) <= seated | gone and not set(event["declined"]) & seated
            seated, gone = seated - set(event["left"]), {*gone, *event["left"], *event["declined"]}
            if event["seated"] is not None:
                free = [one for one in turn if one not in seated | gone]
                good &= event["seated"] in free and len(seated) < self.seats
                good &= not self.full or self.next(seated, free) == (event["seated"], event["broken"])
                seated.add(event["seated"])
        self.check(good, f"{len(pick['events'])} Vorgänge beim Nachrücken geprüft.")
        if not self.full and pick["events"]:
            self.say("offen", "Ob jeweils die erste passende Person nachrückte, zeigt das vollständige Protokoll.")

    def next(self, seated: set[str], free: list[str]) -> tuple[str, list[str]]:
        """Die erste Person, die alles einhält; sonst die erste, die am wenigsten verletzt."""
        found, homes = [], {self.homes[one] for one in seated}
        for place, one in enumerate(free):
            shared, (amount, names) = self.homes[one] in homes, self.broken({*seated, one})
            found.append((shared, amount, place, one, names + ["Haushalt"] * shared))
        return min(found)[3:]

    def broken(self, members: set[str]) -> tuple[int, list[str]]:
        """Plätze über den Höchstzahlen; dazu fehlende, die freie Plätze nicht mehr decken."""
        amount, names, lacking = 0, list[str](), defaultdict(list)
        for quota, count in zip(self.quotas, self.count(members), strict=True):
            name, over, under = f"{quota['feature']}: {quota['value']}", count - int(quota["max"]), int(quota["min"]) - count
            if over > 0:
                amount, names = amount + over, [*names, name]
            elif under > 0:
                lacking[quota["feature"]].append((under, name))
        for rows in lacking.values():
            if (missing := sum(under for under, _ in rows) - (self.seats - len(members))) > 0:
                amount, names = amount + missing, names + [name for _, name in rows]
        return amount, sorted(names)

    def resident(self) -> None:
        """Wer im Lostopf war, findet mit dem eigenen Salz die eigenen Plätze."""
        if self.own is None:
            return
        mine = json.loads(normalize("NFC", self.own.decode()))
        one, salt = mine["losnummer"], mine["salt"]
        own = sha(canonical({"features": mine["features"], "household": mine["household"], "salt": salt}))
        self.check(own == self.sealed[one], f"Mit Ihren Angaben waren Sie im Lostopf, als Losnummer {one}.")
        lists = [label for label, marks in self.marks.items() if mark(one, label, opening(salt, label)) in marks]
        self.check(len(lists) == self.counts[one], f"Sie stehen auf {len(lists)} von {self.total} Listen, so oft wie in "
                   f"chances.csv ({self.counts[one]}): {', '.join(lists)}.")
        if pick := self.record["panel"]["pick"]:
            where = "auf" if pick["digits"] in lists else "nicht auf"
            self.check((pick["digits"] in lists) == (one in pick["panel"]), f"Sie stehen {where} der gezogenen Liste {pick['digits']}.")

def verify(path: Path, expect: str | None = None, own: Path | None = None) -> Report:
    """Prüft das Protokoll; eine Zeile je Prüfung, nie ein Absturz wegen des Inhalts."""
    try:
        return Checker(read(Path(path)), expect, own.read_bytes() if own else None).run()
    except Refused as error:
        return Report(False, (f"nein: {error}",))
    except OSError:
        return Report(False, ("nein: Die eigene Datei lässt sich nicht lesen.",))

def main(argv: list[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    own = Path(arguments.pop()) if arguments[-2:-1] == ["--own"] else None
    arguments = arguments[:-1] if own else arguments
    if len(arguments) not in (1, 2):
        print("Aufruf: python verify.py LOSPROTOKOLL [veröffentlichte Prüfsumme] [--own EIGENE-DATEI]")
        return 2
    report = verify(Path(arguments[0]), arguments[1] if len(arguments) == 2 else None, own)
    print("\n".join(report.lines))
    print("Das Losprotokoll stimmt." if report.ok else "Das Losprotokoll stimmt NICHT.")
    return 0 if report.ok else 1

if __name__ == "__main__":
    sys.exit(main())
