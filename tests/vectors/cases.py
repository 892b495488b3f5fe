"""The cases: a small record, at most one edit of it, and what a checker must find."""

import json
from typing import Any

from edits import (
    BOTH,
    FULL,
    Edit,
    Files,
    about,
    fewer_excluded,
    json_text,
    no_events,
    other_counts,
    other_next,
    people_of,
    turned_excluded,
)
from primitives import Json

from buergerrat.sortition import record as rec
from buergerrat.sortition.panels import label


def case(base: str, name: str, files: Files, edit: Edit, ok: bool = False) -> Json:
    file, old, new = edit(files)
    assert old in files[file].decode(), (base, name)
    assert old != new, (base, name)
    return {
        "name": name,
        "base": base,
        "file": file,
        "replace": [old, new],
        "resum": True,
        "ok": ok,
    }


def own_file(one: rec.Entrant) -> Json:
    return {
        "losnummer": one.number,
        "salt": one.salt,
        "features": dict(one.features),
        "household": one.household,
    }


def own_cases(base: str, panel: rec.PanelDraw) -> list[Json]:
    digits = panel.digits or "0"
    drawn = panel.lottery.panel(int(digits))
    member = next(one for one in panel.entrants if one.number == drawn[0])
    other = next(one for one in panel.entrants if one.number not in drawn)
    made = []
    for one, ok, change in (
        (member, True, {}),
        (other, True, {}),
        (member, False, {"salt": other.salt}),
        (member, False, {"losnummer": other.number}),
        (member, False, {"features": {"Alter": "60+"} if dict(member.features) else {"x": "y"}}),
    ):
        lists = [
            label(place, len(panel.lottery.panels))
            for place, ids in enumerate(panel.lottery.panels)
            if one.number in ids
        ]
        made.append(
            {
                "name": f"own file of {one.number}"
                + (f" with another {next(iter(change))}" if change else ""),
                "base": base,
                "own": {**own_file(one), **change},
                "lists": lists if ok else None,
                "ok": ok,
            }
        )
    return made


def left_out(base: str, files: Files, panel: rec.PanelDraw) -> list[Json]:
    """Counts that only add up: fine in public, until somebody counts their own lists."""
    wrong = case(base, "counts: others with the same sums", files, other_counts, ok=True)
    most = max(people_of(files))
    gone, kept = (
        next(one for one in panel.entrants if (panel.lottery.counts[one.number] == most) is there)
        for there in (True, False)
    )
    return [
        wrong,
        {**wrong, "name": wrong["name"] + ", own count gone", "own": own_file(gone), "ok": False},
        {**wrong, "name": wrong["name"] + ", own count kept", "own": own_file(kept)},
    ]


def unsummed(base: str, files: Files) -> list[Json]:
    """Without new sums every changed, dropped or added file is found by its sum alone."""
    made: list[Json] = [
        {"name": f"dropped: {name}", "base": base, "file": name, "drop": True, "ok": False}
        for name in sorted(files)
    ]
    made += [
        {**one, "name": one["name"] + " (sums as new)", "resum": True}
        for one in made
        if one["file"] not in ("SHA256SUMS",)
    ]
    extra = {"file": "verify.py", "add": "print('alles gut')\n", "ok": False}
    made.append({"name": "added: a file that does not belong", "base": base, **extra})
    return made


def special(records: dict[str, Files]) -> list[Json]:
    plain, source, text_full = (
        records[name] for name in ("plain-public.zip", "source-public.zip", "text-full.zip")
    )
    other = about(records["unpicked-public.zip"])["panel"]["certificate"]
    mine = about(plain)["panel"]["certificate"]

    def dumped(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    return [
        case(
            "plain-public.zip",
            "certificate of another draw",
            plain,
            json_text(dumped(mine), dumped(other)),
        ),
        case(
            "source-public.zip",
            "pick: another public value",
            source,
            json_text("03-11-23-34-40-49/7", "05-11-23-34-40-49/7"),
        ),
        case(
            "source-public.zip",
            "pick: no source any more says openly that digits were announced otherwise",
            source,
            json_text('"source":{"kind":"lotto","value":"03-11-23-34-40-49/7"}', '"source":null'),
            ok=True,
        ),
        case(
            "source-public.zip",
            "excluded: fewer than have no chance, so the lowest one is 0",
            source,
            json_text('"excluded":2', '"excluded":1'),
        ),
        case(
            "source-public.zip",
            "excluded: more than have no chance",
            source,
            json_text('"excluded":2', '"excluded":3'),
        ),
        case(
            "source-full.zip",
            "excluded_ids: one of them gone",
            records["source-full.zip"],
            fewer_excluded,
        ),
        case(
            "source-full.zip",
            "excluded_ids: not ascending",
            records["source-full.zip"],
            turned_excluded,
        ),
        case(
            "rehearsal-full.zip",
            "a rehearsal turned real",
            records["rehearsal-full.zip"],
            json_text('"rehearsal":true', '"rehearsal":false'),
        ),
        case("text-full.zip", "another text", text_full, json_text("20. Juni", "21. Juni")),
        case(
            "replaced-full.zip",
            "replacements: somebody skipped",
            records["replaced-full.zip"],
            other_next,
        ),
        {
            **case(
                "replaced-public.zip",
                "replacements: the end of the log gone",
                records["replaced-public.zip"],
                no_events,
            ),
            "expect": rec.checksum(records["replaced-public.zip"]),
        },
        {
            "name": "the published sum",
            "base": "plain-public.zip",
            "expect": rec.checksum(plain),
            "ok": True,
        },
        {
            "name": "not the published sum",
            "base": "plain-public.zip",
            "expect": "0" * 64,
            "ok": False,
        },
    ]


def cases(records: dict[str, Files], drawn: dict[str, rec.DrawRecord]) -> list[Json]:
    made: list[Json] = [{"name": "as written", "base": base, "ok": True} for base in records]
    for base in ("plain-public.zip", "plain-full.zip"):
        edits = BOTH if base.endswith("public.zip") else {**BOTH, **FULL}
        made += [
            case(base, name, records[base], edit)
            for name, edit in edits.items()
            if not name.startswith("rehearsal")
        ]
        made += unsummed(base, records[base])
    made += special(records)
    for name in ("plain-public", "text-full"):
        panel = drawn[name.split("-")[0]].panel
        assert panel is not None
        made += own_cases(f"{name}.zip", panel)
        if name == "plain-public":
            made += left_out(f"{name}.zip", records[f"{name}.zip"], panel)
    return made
