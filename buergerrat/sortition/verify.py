"""Prüft ein Losprotokoll (Ordner oder Zip) nach docs/losprotokoll.md, nur mit Pythons Standardbibliothek.

Aufruf:  python verify.py LOSPROTOKOLL [veröffentlichte Prüfsumme] [--own EIGENE-DATEI]
Jede Zeile der Ausgabe beginnt mit "ok:", "nein:" oder "offen:" (hier nicht prüfbar).
"""

# fmt: off
import csv, hashlib, hmac, io, json, re, sys, zipfile
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

FORMAT, SUMS, HEX = "buergerrat-losprotokoll/2", "SHA256SUMS", r"[0-9a-f]{64}"
INVITATION, OPENED = ("commitment.json", "tickets.csv"), ("panels.csv", "features.csv", "chances.csv")
PANEL = ("panel_commitment.json", "people.csv", "quotas.csv", "marks.csv", "counts.csv")
NAMES = {SUMS, "record.json", *INVITATION, *PANEL, *OPENED}
BROKEN = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, csv.Error, RecursionError)
UNREADABLE = (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile)
SOURCES = {"dice": "Würfel", "lotto": "Lottozahlen", "drand": "drand", "text": "freier Text", "local": "Probe",
           "invitation": "Startwert der Einladungslosung", "digits": "einzeln gezogene Ziffern"}
VALUES = {"dice": r"[0-9]{20,}", "lotto": r"[0-9]{2}(-[0-9]{2}){5}/[0-9]", "drand": r"(0|[1-9][0-9]*):" + HEX,
          "text": r"(?! )(?!.*  )[^\x00-\x1f\x7f-\x9f]{1,300}(?<! )", "invitation": HEX, "local": HEX}
Report = NamedTuple("Report", [("ok", bool), ("lines", tuple[str, ...])])  # noqa: UP014

def sha(data: bytes) -> str: return hashlib.sha256(data).hexdigest()
def sha_lines(*lines: str) -> str: return sha("\n".join(lines).encode())
def mac(key: str, text: str) -> str: return hmac.digest(bytes.fromhex(key), text.encode(), "sha256").hex()
def ticket(seed: str, draw_id: str, name: str) -> str: return mac(seed, f"{draw_id}\0{name}")
def opening(salt: str, label: str) -> str: return mac(salt, f"buergerrat/platz/1\0{label}")
def mark(one: str, label: str, key: str) -> str: return sha_lines("buergerrat/platzzeichen/1", one, label, key)[:32]
def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
def commitment(features: Any, household: str, salt: str) -> str:
    return sha(canonical({"features": features, "household": household, "salt": salt}))
def rows_of(data: bytes) -> list[list[str]]: return list(csv.reader(io.StringIO(data.decode(), ""), strict=True))
def table(data: bytes) -> list[dict[str, str]]:
    head, *rows = rows_of(data)
    return [dict(zip(head, row, strict=True)) for row in rows]
def number(text: str) -> Fraction:
    return Fraction(text if re.fullmatch(r"[-/0-9]{1,4000}", text) and str(Fraction(text)) == text else "kein Bruch")
def decimal(value: Fraction) -> str:
    part = (2 * value.numerator * 10**6 + value.denominator) // (2 * value.denominator)
    return f"{part // 10**6}.{part % 10**6:06d}"
def shown(value: Fraction) -> str: return f"{decimal(value).replace('.', ',')} (genau {value})"
def written(kind: str, value: str) -> bool:
    six = value[:17].split("-") if kind == "lotto" else ["01"]  # eine Schreibweise: sonst hätte man die Wahl
    fits = six == sorted(set(six)) and six[0] > "00" and six[-1] < "50" and value == normalize("NFC", value)
    return fits and bool(re.fullmatch(VALUES[kind], value))
def root(row_id: str, path: str) -> str:
    node = sha(b"\0" + bytes.fromhex(row_id))
    for step in path.split(): node = sha(b"\1" + bytes.fromhex(step[1:] + node if step[0] == "l" else node + step[1:]))
    return node

def read(path: Path) -> dict[str, bytes]:
    if path.is_dir(): return {name: (path / name).read_bytes() for name in NAMES if (path / name).is_file()}
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if len(infos) != len({info.filename for info in infos} & NAMES) or any(info.compress_type for info in infos):
            raise ValueError("Fremdes, Doppeltes oder Verdichtetes")
        return {info.filename: archive.read(info) for info in infos}

class Checker:
    def __init__(self, files: dict[str, bytes], expect: str | None = None, own: bytes | None = None) -> None:
        self.files, self.expect, self.own, self.first_seed = files, expect, own, ""
        self.lines, self.record = list[str](), dict[str, Any]()
    def say(self, text: str) -> None:
        self.lines.append("".join(letter if letter.isprintable() else "?" for letter in text))
    def check(self, statement: str, *conditions: bool) -> None:
        self.say(f"ok: {statement}" if all(conditions) else f"nein: Das stimmt nicht: {statement}")
    def run(self) -> Report:
        for step in (self.sums, self.about, self.invitation, self.panel, self.resident):
            try: step()
            except BROKEN as error: self.say(f"nein: Unvollständig oder nicht lesbar ({step.__name__}: {error!r:.80}).")
        return Report(not any(line.startswith("nein") for line in self.lines), tuple(self.lines))

    def sums(self) -> None:
        given, rest = self.files.get(SUMS, b""), sorted(set(self.files) - {SUMS})
        lines = [f"{sha(self.files[name])}  {name}\n".encode() for name in rest]
        odd = [f"; verändert: {name}" for name, line in zip(rest, lines, strict=True) if line not in given]
        self.check(f"Alle {len(rest)} Dateien haben ihre Prüfsumme{''.join(odd)}.", b"".join(lines) == given)
        if self.expect is None: self.say(f"offen: Vergleichen Sie die Prüfsumme {sha(given)} mit der veröffentlichten.")
        else: self.check("Es ist das veröffentlichte Protokoll.", sha(given) == self.expect.strip().lower())
    def about(self) -> None:
        about = json.loads(self.files["record.json"])
        first, second, self.full = about["invitation"], about["panel"], about["variant"] == "full"
        self.check("record.json hat die vereinbarte Form.", canonical(about) == self.files["record.json"],
                   about["format"] == FORMAT, about["variant"] in ("full", "public"))
        wanted = {"record.json", SUMS, *(INVITATION if first else ()), *(PANEL if second else ())}
        odd = sorted((wanted | set(OPENED if self.full and second else ())) ^ set(self.files))
        self.check(", ".join(["Es fehlt keine Datei, und keine ist zu viel", *odd]) + ".", not odd)
        probe = any(draw["seed"]["rehearsal"] is not False for draw in (first, second) if draw)
        self.check("Echte Ziehung oder Probe: überall gleich angegeben.", about["rehearsal"] is probe)
        if probe: self.say("offen: Das ist eine PROBE. Sie gilt nicht.")
        self.record = about
    def seed(self, draw: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
        text, use, named = self.files[name], draw["seed"], {"assembly": self.record["assembly"]}
        own, fixed, kind, value = sha(text), json.loads(text) | named, use["kind"], use["value"]
        self.check(f"Die Festlegung {name}: Prüfsumme {own[:12]}.", own == draw["commitment"], canonical(fixed) == text)
        seed = sha_lines("buergerrat/startwert/1", own, kind, "probe" if use["rehearsal"] else "echt", value)
        self.check(f"Der Startwert folgt aus Festlegung und Wert ({SOURCES[kind]}: {value[:24]}).",
                   seed == use["seed"], written(kind, value), kind != "local" or use["rehearsal"])
        self.announced("den Startwert", fixed["seed"]["kind"], kind)
        if kind == "text":
            self.say("offen: Der Startwert ist ein frei gewählter Text; wer ihn wählte, konnte vorher rechnen.")
        return fixed, seed
    def announced(self, what: str, before: str, used: str) -> None:
        if before != used: self.say(f"offen: Für {what} angekündigt: {SOURCES[before]}; genommen: {SOURCES[used]}.")
    def invitation(self) -> None:
        if not (draw := self.record.get("invitation")): return
        fixed, self.first_seed = self.seed(draw, "commitment.json")
        rows, last, ranks = table(self.files["tickets.csv"]), dict[str, str](), Counter[tuple[str, str]]()
        waves = {str(place): wave["letters"] for place, wave in enumerate(draw["waves"], start=1)}
        self.check("Die Zahl der Briefe je Gruppe ist die festgelegte.",
                   waves["1"] == {row["name"]: row["letters"] for row in fixed["strata"]})
        good = all(item["draw_id"] == fixed["draw_id"] for item in (*rows, *draw["waves"]))
        for row in rows:
            wave, stratum = row["wave"], row["stratum"]
            ranks[wave, stratum] += 1
            good &= row["ticket"] == ticket(self.first_seed, row["draw_id"], row["row_id"]) > last.get(stratum, "")
            good &= row["rank"] == str(ranks[wave, stratum]) and ranks[wave, stratum] <= waves[wave][stratum]
            last[stratum] = row["ticket"]
        few = [name for name, eligible in ((row["name"], row["eligible"]) for row in fixed["strata"])
               if any(ranks[wave, name] < waves[wave].get(name, 0) for wave in waves)
               and sum(ranks[wave, name] for wave in waves) < eligible]  # zu wenige, obwohl noch Leute da waren
        good &= fixed["household_rule"] or not few
        self.check(f"{len(rows)} Lose nachgerechnet; in jeder Gruppe in der Reihenfolge der Lose.", good,
                   len({row["row_id"] for row in rows}) == len(rows))
        self.check(f"{len(rows)} Gezogene standen nachweislich im festgelegten Auszug.",
                   *(root(row["row_id"], row["path"]) == fixed["merkle_root"] for row in rows))
        self.say("offen: Dass kein kleineres Los übergangen wurde, zeigt nur das erneute Einlesen des Auszugs.")
    def panel(self) -> None:
        if not (draw := self.record.get("panel")): return
        fixed, seed = self.seed(draw, "panel_commitment.json")
        files, use, self.seats, first = self.files, draw["seed"], fixed["seats"], fixed["invitation"]
        self.check("Lostopf, Quoten und Herkunft des Startwerts sind die festgelegten.", draw["seats"] == self.seats,
            fixed["people_sha256"] == sha(files["people.csv"]), fixed["quotas_sha256"] == sha(files["quotas.csv"]),
            not first or first == sha(files["commitment.json"]),
            use["kind"] != "invitation" or use["value"] == self.first_seed)
        people, self.quotas = rows_of(files["people.csv"])[1:], table(files["quotas.csv"])
        self.sealed, width = dict(people), max(3, len(str(len(people))))
        self.ids, sealed = list(self.sealed), list(self.sealed.values())
        given = self.ids == [f"{place:0{width}d}" for place in range(1, len(people) + 1)]
        self.check(f"{len(people)} {'Losnummern, lückenlos und' if given else 'Kennungen,'} in vereinbarter Ordnung.",
                   len(people) == len(sealed) == fixed["people"], sealed == sorted(set(sealed)))
        if not given: self.say("offen: Die Kennungen sind mitgebracht und nicht vom Verfahren vergeben.")
        self.lists(fixed["panels"])
        if self.full: self.opened(fixed["household_rule"])
        else: self.say("offen: Ob jede Liste Quoten und Haushaltsregel einhält, zeigt das vollständige Protokoll.")
        self.certificate(draw)
        if draw["pick"] is not None: self.pick(draw["pick"], fixed["pick"]["kind"], seed)
        else: self.say("offen: Die Liste ist noch nicht gezogen.")
        self.say(f"offen: Abstand von den fairsten Chancen, wie angegeben: bis {shown(number(draw['deviation']))}.")
    def lists(self, wanted: int) -> None:
        rows, steps = rows_of(self.files["marks.csv"])[1:], rows_of(self.files["counts.csv"])[1:]
        self.marks, self.total, width = {label: marks for label, *marks in rows}, len(rows), len(str(len(rows) - 1))
        every = [one for marks in self.marks.values() for one in marks]
        self.check(f"{self.total} Listen mit je {self.seats} versiegelten Plätzen, kein Platzzeichen doppelt.",
                   self.total == wanted, list(self.marks) == [f"{place:0{width}d}" for place in range(self.total)],
                   all(marks == sorted(marks) and len(marks) == self.seats for marks in self.marks.values()),
                   len(set(every)) == len(every), all(re.fullmatch(r"[0-9a-f]{32}", one) for one in every))
        self.people = many = {int(n): int(people) for n, people, _ in steps}  # auf n Listen stehen so viele
        own = [[str(n), str(many[n]), decimal(Fraction(n, self.total))] for n in sorted(many)]
        self.check(f"Die Chancen folgen aus den Anzahlen: {len(self.ids)} Personen, zusammen {len(every)} Plätze.",
                   own == steps, sum(many.values()) == len(self.ids), sum(n * many[n] for n in many) == len(every),
                   all(0 <= n <= self.total and many[n] > 0 for n in many))

    def count(self, ids: Any) -> list[int]:
        found = Counter(item for one in ids for item in self.features[one].items())
        return [found[quota["feature"], quota["value"]] for quota in self.quotas]
    def fits(self, counts: list[int]) -> bool:
        return all(int(q["min"]) <= count <= int(q["max"]) for q, count in zip(self.quotas, counts, strict=True))
    def opened(self, household_rule: bool) -> None:
        (_, _, _, *head), *rows = rows_of(self.files["features.csv"])
        self.features = {row[0]: {name: word for name, word in zip(head, row[3:], strict=True) if word} for row in rows}
        self.homes, salts = {row[0]: row[2] or row[0] for row in rows}, {row[0]: row[1] for row in rows}
        self.check("Die Merkmale sind die, auf die sich der Lostopf festgelegt hat.", [row[0] for row in rows] == self.ids,
                   all(commitment(self.features[row[0]], row[2], row[1]) == self.sealed[row[0]] for row in rows),
                   household_rule or not any(row[2] for row in rows))
        self.check("Der Lostopf ist je Quote gezählt.", self.count(self.ids) == [int(q["pool"]) for q in self.quotas])
        self.panels = {label: ids for label, *ids in rows_of(self.files["panels.csv"])[1:]}
        marks = [(n, sorted(mark(one, n, opening(salts[one], n)) for one in ids)) for n, ids in self.panels.items()]
        self.check("Jedes Platzzeichen ist geöffnet: Es gehört zu genau der Person in panels.csv.",
                   marks == list(self.marks.items()), len(rows_of(self.files["panels.csv"])) == self.total + 1,
                   all(ids == sorted(set(ids)) for ids in self.panels.values()))
        self.counts = counts = Counter(one for ids in self.panels.values() for one in ids)
        own = [[one, str(counts[one]), decimal(Fraction(counts[one], self.total))] for one in sorted(self.ids)]
        self.check("Die Chancen jeder Losnummer sind nachgezählt, ebenso counts.csv.",
                   own == rows_of(self.files["chances.csv"])[1:], Counter(int(row[1]) for row in own) == self.people)
        self.check("Jede Liste hält jede Quote ein.", all(self.fits(self.count(ids)) for ids in self.panels.values()))
        self.check("Auf keiner Liste stehen zwei Personen aus einem Haushalt.",
                   all(len({self.homes[one] for one in ids}) == len(ids) for ids in self.panels.values()))
        known, living, alike = {(q["feature"], q["value"]) for q in self.quotas}, defaultdict(list), defaultdict(list)
        kinds = {one: sorted(known & set(self.features[one].items())) for one in self.ids}
        for one in self.ids: living[self.homes[one]].append(kinds[one])
        for one in self.ids: alike[str((kinds[one], sorted(living[self.homes[one]])))].append(counts[one])
        self.check("Gleiche Personen stehen auf gleich vielen Listen, auf höchstens eine genau.",
                   all(max(numbers) - min(numbers) <= 1 for numbers in alike.values()))
    def certificate(self, draw: dict[str, Any]) -> None:  # rechte Seite durch Summe der Gewichte ist die Schranke
        proof, out, zero = draw["certificate"], draw["excluded"], Fraction(0)
        seats, homes_right, homes_total, right, total = (
            number(proof[name]) for name in ("seats", "households_right", "households_total", "right", "total"))
        lows, highs = [number(text) for text in proof["minimum"]], [number(text) for text in proof["maximum"]]
        rows, never = list(zip(self.quotas, lows, highs, strict=True)), self.people.get(0, 0)
        lowest = Fraction(0 if never > out else min(n for n in self.people if n), self.total)
        self.check(f"Die kleinste Chance ist {lowest}.", lowest == number(draw["lowest"]), 0 <= out <= never)
        if out: self.say(f"offen: {out} Personen können nach Angabe des Protokolls auf keiner Liste stehen.")
        own = sum(hi * int(q["max"]) - lo * int(q["min"]) for q, lo, hi in rows) + seats * self.seats + homes_right
        pool = sum((hi - lo) * int(q["pool"]) for q, lo, hi in rows) + seats * (len(self.ids) - out) + homes_total
        good = own == right and min(*lows, *highs, homes_right, homes_total) >= 0 and (bool(out) or pool == total > 0)
        if self.full:
            homes, gone = {name: number(value) for name, value in proof["households"].items()}, draw["excluded_ids"]
            counts, inside = self.counts, sorted(set(self.ids) - set(gone))
            good &= len(gone) == out and gone == sorted(set(self.ids) - set(inside)) and not any(map(counts.get, gone))
            shares = [homes.get(self.homes[one], zero) for one in inside]
            weights = [seats + share + sum(hi - lo for q, lo, hi in rows if self.features[one].get(q["feature"])
                                           == q["value"]) for one, share in zip(inside, shares, strict=True)]
            good &= min([*weights, *homes.values()]) >= 0 and set(homes) <= set(self.homes.values())
            good &= (sum(weights), sum(shares), sum(homes.values())) == (total, homes_total, homes_right)
        else: self.say("offen: Dass kein Gewicht im Beweis negativ ist, zeigt nur das vollständige Protokoll.")
        self.check("Nachgerechnet: Keine Losung mit diesen Quoten könnte die kleinste Chance über "
                   f"{shown(right / total)} heben; hier ist sie {shown(lowest)}.", good, total > 0,
                   lowest <= right / total == number(proof["bound"]) == number(draw["bound"]))
    def pick(self, pick: dict[str, Any], announced: str, seed: str) -> None:
        digits, panel, source, listed = pick["digits"], pick["panel"], pick["source"], sha(self.files["marks.csv"])
        own = sorted(mark(one, digits, key) for one, key in zip(panel, pick["openings"], strict=True))
        self.check(f"Gezogen wurde Liste {digits}; ihre Platzzeichen öffnen sich zu diesen {len(panel)} Personen.",
                   own == self.marks.get(digits), panel == sorted(set(panel) & set(self.ids)),
                   not self.full or panel == self.panels.get(digits))
        self.announced("die Liste", announced, source["kind"] if source else "digits")
        if source is not None:
            kind, value, i, fair = source["kind"], source["value"], 0, 2**256 // self.total * self.total
            while (x := int(sha_lines("buergerrat/liste/1", seed, listed, kind, value, str(i)), 16)) >= fair: i += 1
            self.check(f"Die Nummer der Liste folgt aus der öffentlichen Quelle ({SOURCES[kind]}: {value[:24]}).",
                       x % self.total == int(digits), kind in ("dice", "lotto", "drand"), written(kind, value))
        sums = defaultdict[str, int](int)
        for quota, n in zip(self.quotas, pick["composition"], strict=True): sums[quota["feature"]] += n
        self.check("Die Zusammensetzung der gezogenen Liste hält die Quoten ein.", self.fits(pick["composition"]),
                   all(n <= self.seats for n in sums.values()),
                   not self.full or pick["composition"] == self.count(panel))
        later = sha_lines("buergerrat/nachruecken/2", seed, listed, digits)
        turn = sorted(self.ids, key=lambda one: (ticket(later, "nachruecken", one), one))
        self.check("Die Reihenfolge zum Nachrücken ist nachgerechnet.", turn == pick["order"])
        seated, gone, good = set(panel), set[str](), True
        for event in pick["events"]:
            good &= set(event["left"]) <= seated and set(event["declined"]) <= set(self.ids) - seated
            good &= event["seated"] is not None or not event["broken"]
            seated, gone = seated - set(event["left"]), {*gone, *event["left"], *event["declined"]}
            if event["seated"] is not None:
                free = [one for one in turn if one not in seated | gone]
                good &= event["seated"] in free and len(seated) < self.seats
                good &= not self.full or self.next(seated, free) == (event["seated"], event["broken"])
                seated.add(event["seated"])
        self.check(f"{len(pick['events'])} Vorgänge beim Nachrücken geprüft.", good)
        if not self.full and pick["events"]: self.say("offen: Ob die Regel eingehalten ist, zeigt das vollständige.")
    def next(self, seated: set[str], free: list[str]) -> tuple[str, list[str]]:  # wer als Erstes am wenigsten verletzt
        found, homes = [], {self.homes[one] for one in seated}
        for place, one in enumerate(free):
            shared, (amount, names) = self.homes[one] in homes, self.broken({*seated, one})
            found.append((shared, amount, place, one, names + ["Haushalt"] * shared))
        return min(found)[3:]
    def broken(self, members: set[str]) -> tuple[int, list[str]]:  # zu viele; zu wenige, soweit freie Plätze fehlen
        amount, names, lacking = 0, list[str](), defaultdict(list)
        for quota, count in zip(self.quotas, self.count(members), strict=True):
            name, low, high = f"{quota['feature']}: {quota['value']}", int(quota["min"]), int(quota["max"])
            if count > high: amount, names = amount + count - high, [*names, name]
            elif count < low: lacking[quota["feature"]].append((low - count, name))
        for rows in lacking.values():
            missing = sum(under for under, _ in rows) - (self.seats - len(members))
            if missing > 0: amount, names = amount + missing, names + [name for _, name in rows]
        return amount, sorted(names)
    def resident(self) -> None:  # mit dem eigenen Salz findet man die eigenen Plätze
        if self.own is None: return
        mine = json.loads(normalize("NFC", self.own.decode()))
        one, salt, pick = mine["losnummer"], mine["salt"], self.record["panel"]["pick"]
        self.check(f"Mit Ihren Angaben waren Sie im Lostopf, als Losnummer {one}.",
                   commitment(mine["features"], mine["household"], salt) == self.sealed[one])
        lists = [label for label, marks in self.marks.items() if mark(one, label, opening(salt, label)) in marks]
        self.check(f"counts.csv nennt {self.people.get(len(lists), 0)} Personen mit Ihrer Chance. Sie stehen auf "
                   f"{len(lists)} von {self.total} Listen: {', '.join(lists)}.", len(lists) in self.people)
        if pick: self.check(f"Gezogen wurden Sie{'' if one in pick['panel'] else ' nicht'}.",
                            (one in pick["panel"]) is (pick["digits"] in lists))

def verify(path: Path, expect: str | None = None, own: Path | None = None) -> Report:
    try: return Checker(read(Path(path)), expect, own.read_bytes() if own else None).run()
    except FileNotFoundError as error: return Report(False, (f"nein: {Path(error.filename).name} gibt es nicht.",))
    except UNREADABLE: return Report(False, (f"nein: {path.name} ist weder Ordner noch unverdichtetes Protokoll-Zip.",))

def main(argv: list[str] | None = None) -> int:
    arguments, own = list(sys.argv[1:] if argv is None else argv), None
    if arguments[-2:-1] == ["--own"]: *arguments, _, own = arguments
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    report = verify(Path(arguments[0]), arguments[1] if arguments[1:] else None, Path(own) if own else None)
    print(*report.lines, "Das Losprotokoll stimmt." if report.ok else "Das Losprotokoll stimmt NICHT.", sep="\n")
    return 0 if report.ok else 1

if __name__ == "__main__": sys.exit(main())
