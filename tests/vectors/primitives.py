"""What every checker computes with, worked out with hashlib and hmac alone, not by the product."""

import hashlib
import hmac
from typing import Any

KEY = b"Elbtal, nur ein Beispielwert...."
DICE = "31415926535897932384"
Json = dict[str, Any]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def joined(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def mac(key: bytes, text: bytes) -> str:
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def written_json() -> list[Json]:
    pairs: list[tuple[object, str]] = [
        ({"b": 1, "a": ["x", None, True, -7]}, '{"a":["x",null,true,-7],"b":1}'),
        ({"ü": "Müller", "z": ""}, '{"z":"","ü":"Müller"}'),
        ({"a": 'sagt "ja"\n\t\\', "b": "\x01/"}, '{"a":"sagt \\"ja\\"\\n\\t\\\\","b":"\\u0001/"}'),
        ({"ﬁ": 1, "𝒳": 2, "10": 3, "9": 4}, '{"10":3,"9":4,"ﬁ":1,"𝒳":2}'),
        ({}, "{}"),
    ]
    return [{"value": value, "text": text, "sha256": sha(text.encode())} for value, text in pairs]


def seeds() -> list[Json]:
    commitment = sha(b"Festlegung")
    values = {
        "dice": DICE,
        "lotto": "03-11-23-34-40-49/7",
        "drand": "4711:" + "ab" * 32,
        "invitation": "cd" * 32,
        "text": "Elbtal würfelt am 20. Juni – 𝒳",
        "local": "ef" * 32,
    }
    found = []
    for kind, value in values.items():
        for mode in ("probe",) if kind == "local" else ("echt", "probe"):
            text = joined("buergerrat/startwert/1", commitment, kind, mode, value)
            found.append(
                {
                    "commitment": commitment,
                    "kind": kind,
                    "value": value,
                    "rehearsal": mode == "probe",
                    "seed": sha(text),
                }
            )
    return found


WRITTEN: list[tuple[str, str, bool]] = [
    ("dice", "0" * 20, True),
    ("dice", "0" * 19, False),
    ("dice", "٣" * 20, False),
    ("lotto", "03-11-23-34-40-49/7", True),
    ("lotto", "3-11-23-34-40-49/7", False),
    ("lotto", "11-03-23-34-40-49/7", False),
    ("lotto", "03-03-23-34-40-49/7", False),
    ("lotto", "00-03-23-34-40-49/7", False),
    ("lotto", "03-11-23-34-40-50/7", False),
    ("drand", "4711:" + "ab" * 32, True),
    ("drand", "4711:" + "AB" * 32, False),
    ("drand", "04711:" + "ab" * 32, False),
    ("invitation", "0" * 64, True),
    ("invitation", "0" * 64 + "\n", False),
    ("text", "Elbtal würfelt", True),
    ("text", "𝒳" * 300, True),
    ("text", "𝒳" * 301, False),
    ("text", "", False),
    ("text", " vorn", False),
    ("text", "hinten ", False),
    ("text", "zwei  Leerzeichen", False),
    ("text", "Zeile\nZeile", False),
    ("text", "u\u0308", False),
]


def merkle_level(nodes: list[bytes]) -> list[bytes]:
    pairs = [nodes[place : place + 2] for place in range(0, len(nodes), 2)]
    return [hashlib.sha256(b"\1" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]


def merkle(count: int) -> Json:
    leaves = sorted(hashlib.sha256(f"Zeile {place}".encode()).digest() for place in range(count))
    levels = [[hashlib.sha256(b"\0" + one).digest() for one in leaves]]
    while len(levels[-1]) > 1:
        levels.append(merkle_level(levels[-1]))
    paths = []
    for place in range(count):
        steps, at = [], place
        for level in levels[:-1]:
            other = at ^ 1
            if other < len(level):
                steps.append(("l" if other < at else "r") + level[other].hex())
            at //= 2
        paths.append(" ".join(steps))
    found = levels[-1][0].hex() if leaves else sha(b"")
    return {"leaves": [one.hex() for one in leaves], "root": found, "paths": paths}


def leaves() -> list[Json]:
    row = ["Müller", "Anna", "", "1990"]
    parts = [len(row).to_bytes(4, "big")]
    for value in row:
        parts += [len(value.encode()).to_bytes(4, "big"), value.encode()]
    text = b"".join(parts)
    made = mac(KEY, b"buergerrat/blatt/1\0" + text)
    return [{"key": KEY.hex(), "row": row, "bytes": text.hex(), "leaf": made}]


def tickets() -> list[Json]:
    cases = [("elbtal-1", sha(b"Zeile 0")), ("nachruecken", "001"), ("nachruecken", 'Müller "A"')]
    seed = hashlib.sha256(b"Startwert").digest()
    return [
        {
            "seed": seed.hex(),
            "draw_id": draw,
            "row_id": row,
            "ticket": mac(seed, draw.encode() + b"\0" + row.encode()),
        }
        for draw, row in cases
    ]


def marks() -> list[Json]:
    found = []
    for one, list_number in (("001", "000"), ("087", "187"), ('Müller, "A"\n', "42")):
        salt = sha(b"Salz " + one.encode())
        key = mac(bytes.fromhex(salt), b"buergerrat/platz/1\0" + list_number.encode())
        text = joined("buergerrat/platzzeichen/1", one, list_number, key)
        found.append(
            {"id": one, "label": list_number, "salt": salt, "opening": key, "mark": sha(text)[:32]}
        )
    return found


def people() -> list[Json]:
    found = []
    for features, household in (
        ({"Alter": "16–29", "Ort": "Niederau"}, ""),
        ({}, "h0011223344556677"),
    ):
        salt = sha(b"Salz")
        pairs = ",".join(f'"{name}":"{value}"' for name, value in features.items())
        text = f'{{"features":{{{pairs}}},"household":"{household}","salt":"{salt}"}}'
        found.append(
            {
                "features": features,
                "household": household,
                "salt": salt,
                "commitment": sha(text.encode()),
            }
        )
    return found


def picks() -> list[Json]:
    """Also a number of lists so large that the first values lie above its only multiple."""
    seed, listed = sha(b"Startwert"), sha(b"marks.csv")
    found = []
    for kind, value, panels in (
        ("lotto", "03-11-23-34-40-49/7", 1000),
        ("dice", DICE, 999),
        ("drand", "4711:" + "ab" * 32, 10_000),
        ("dice", DICE, 2**255 + 1),
        ("lotto", "03-11-23-34-40-49/7", 2**255 + 1),
        ("dice", "27182818284590452353", 2**255 + 1),
    ):
        fair, attempt = 2**256 // panels * panels, 0
        while True:
            lines = ("buergerrat/liste/1", seed, listed, kind, value, str(attempt))
            drawn = int(sha(joined(*lines)), 16)
            if drawn < fair:
                break
            attempt += 1
        found.append(
            {
                "seed": seed,
                "marks_sha256": listed,
                "kind": kind,
                "value": value,
                "panels": str(panels),
                "number": str(drawn % panels),
                "rejected": attempt,
            }
        )
    return found


def orders() -> list[Json]:
    seed, listed, digits = sha(b"Startwert"), sha(b"marks.csv"), "187"
    later = sha(joined("buergerrat/nachruecken/2", seed, listed, digits))
    ids = [f"{place:03d}" for place in range(1, 9)]
    turn = sorted(ids, key=lambda one: mac(bytes.fromhex(later), b"nachruecken\0" + one.encode()))
    return [
        {
            "seed": seed,
            "marks_sha256": listed,
            "digits": digits,
            "replacement_seed": later,
            "ids": ids,
            "order": turn,
        }
    ]


def decimals() -> list[Json]:
    cases = [
        (0, 1000, "0.000000"),
        (1, 3, "0.333333"),
        (2, 3, "0.666667"),
        (1, 2_000_000, "0.000001"),
        (999, 999, "1.000000"),
        (163, 1000, "0.163000"),
        (1, 64, "0.015625"),
        (1, 128, "0.007813"),
    ]
    return [{"count": count, "panels": panels, "decimal": text} for count, panels, text in cases]


def primitives() -> Json:
    return {
        "canonical_json": written_json(),
        "seed": seeds(),
        "written": [{"kind": k, "value": v, "ok": ok} for k, v, ok in WRITTEN],
        "leaf": leaves(),
        "merkle": [merkle(count) for count in (1, 2, 3, 7)],
        "ticket": tickets(),
        "person": people(),
        "mark": marks(),
        "pick_number": picks(),
        "order": orders(),
        "decimal": decimals(),
    }
