"""Every attack on the lottery that we know of, with fitting sums: only deep checks can see it."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lottery_cases import KEY, invitation_draw
from record_edits import (
    FULL,
    PUBLIC,
    RECORD,
    Edit,
    Files,
    at,
    cell,
    drop,
    edit_csv,
    edit_json,
    put,
    report,
    summed,
    swap,
)

from buergerrat.sortition.commitment import SeedKind, canonical_json, derive_seed, pick_number
from buergerrat.sortition.panels import label
from buergerrat.sortition.pool import Person
from buergerrat.sortition.record import (
    Entrant,
    SeedUse,
    checksum,
    entrants,
    mark,
    marks_csv,
    opening,
    record_files,
    sha256,
)

assert RECORD.panel is not None
PANEL = RECORD.panel
DRAWN = PANEL.lottery.panel(42)
OTHER = next(one.number for one in PANEL.entrants if one.number not in DRAWN)


def other_id(rows: list[list[str]]) -> None:
    absent = next(f"{n:03}" for n in range(1, 21) if f"{n:03}" not in rows[43])
    rows[43] = [rows[43][0], *sorted([absent, *rows[43][2:]])]


def spread(rows: list[list[str]]) -> None:
    """Two people with the same count get one list more and one less: all sums stay."""
    place = next(n for n, row in enumerate(rows) if row[1] == "2")
    count = int(rows.pop(place)[0])
    people = {int(row[0]): int(row[1]) for row in rows[1:]}
    for other in (count - 1, count + 1):
        people[other] = people.get(other, 0) + 1
    rows[1:] = [[str(n), str(people[n]), f"0.{n}0000"] for n in sorted(people)]


# Each edit with the name of the attack in the list that the record must defeat.
BOTH: dict[str, Edit] = {
    "redrawn until liked: a new public value": edit_json(
        "record.json", put("invitation", "seed", "value", value="1" * 20)
    ),
    "redrawn until liked: other digits": edit_json(
        "record.json", put("panel", "pick", "digits", value="43")
    ),
    "redrawn until liked: digits no list has": edit_json(
        "record.json", put("panel", "pick", "digits", value="4³")
    ),
    "a rehearsal as real": edit_json("record.json", put("rehearsal", value=True)),
    "a seed of one's own": edit_json("record.json", put("panel", "seed", "kind", value="local")),
    "an old seed": edit_json("record.json", put("panel", "seed", "seed", value="00" * 32)),
    "another first seed": edit_json("record.json", put("panel", "seed", "value", value="00" * 32)),
    "edited afterwards: refused rows": edit_json("commitment.json", put("refused", value=[])),
    "edited afterwards: seats": edit_json("panel_commitment.json", put("seats", value=5)),
    "edited afterwards: how to pick": edit_json(
        "panel_commitment.json", put("pick", "kind", value="dice")
    ),
    "edited afterwards: a quota": edit_csv("quotas.csv", cell(1, 3, "5")),
    "edited afterwards: another wave": edit_json(
        "record.json", put("invitation", "waves", value=[])
    ),
    "rows removed: a person": edit_csv("people.csv", drop(-1)),
    "rows added: a person": edit_csv("people.csv", lambda rows: rows.append(["021", "ff" * 32])),
    "rows removed: the last letter": edit_csv("tickets.csv", drop(-1)),
    "rows removed: a proof": edit_csv("tickets.csv", cell(1, 6, "")),
    "rows exchanged: a person": edit_csv("people.csv", cell(3, 1, "ff" * 32)),
    "rows removed: a letter": edit_csv("tickets.csv", drop(2)),
    "rows added: a stranger invited": edit_csv("tickets.csv", cell(1, 4, "ab" * 32)),
    "order: losnummern exchanged": edit_csv("people.csv", swap(1, 2)),
    "order: letters": edit_csv("tickets.csv", swap(1, 2)),
    "order: a better ticket": edit_csv("tickets.csv", cell(2, 5, "00" * 32)),
    "order: lists exchanged": edit_csv("marks.csv", swap(1, 2)),
    "order: a friendlier turn": edit_json("record.json", put("panel", "pick", "order", value=[])),
    "a person swapped: the drawn panel": edit_json(
        "record.json", put("panel", "pick", "panel", value=[*DRAWN[:-1], OTHER])
    ),
    "a person swapped: a mark of the drawn list": edit_csv("marks.csv", cell(43, 1, "0" * 32)),
    "a person swapped: no openings": edit_json(
        "record.json", put("panel", "pick", "openings", value=[])
    ),
    "a list dropped": edit_csv("marks.csv", drop(-1)),
    "a chance made up": edit_csv("counts.csv", cell(1, 2, "0.900000")),
    "a count made up": edit_csv("counts.csv", cell(1, 0, "99")),
    "people made up": edit_csv("counts.csv", cell(1, 1, "19")),
    "a count of nobody": edit_csv("counts.csv", lambda rows: rows.append(["100", "0", "1.000000"])),
    "the lowest count left out": edit_csv("counts.csv", drop(1)),
    "somebody said to have no chance": edit_json("record.json", put("panel", "excluded", value=1)),
    "fewer than nobody without a chance": edit_json(
        "record.json", put("panel", "excluded", value=-1)
    ),
    "a lowest chance made up": edit_json("record.json", put("panel", "lowest", value="1/2")),
    "a bound made up": edit_json("record.json", put("panel", "bound", value="1/5")),
    "another certificate": edit_json(
        "record.json", put("panel", "certificate", "maximum", value=["9", "9", "9"])
    ),
    "an endless number": edit_json("record.json", put("panel", "bound", value="1e999999999")),
    "a source that was none": edit_json(
        "record.json", put("panel", "pick", "source", value={"kind": "local", "value": "ab" * 32})
    ),
}
ONLY_FULL: dict[str, Edit] = {
    "a person swapped: any list": edit_csv("panels.csv", other_id),
    "order: lists exchanged": edit_csv("panels.csv", swap(1, 2)),
    "a list dropped": edit_csv("panels.csv", drop(-1)),
    "a mark exchanged on any list": edit_csv("marks.csv", cell(1, 1, "0" * 32)),
    "a chance made up for one": edit_csv("chances.csv", cell(1, 2, "0.900000")),
    "a count made up for one": edit_csv("chances.csv", cell(1, 1, "99")),
    "counts that only add up": edit_csv("counts.csv", spread),
    "somebody named who has a chance": edit_json(
        "record.json", put("panel", "excluded_ids", value=["001"])
    ),
    "rows added: a list twice": edit_csv("panels.csv", lambda rows: rows.insert(1, rows[1])),
    "rows added: a person twice": edit_csv("features.csv", lambda rows: rows.insert(1, rows[1])),
    "a feature edited": edit_csv("features.csv", cell(1, 3, "anders")),
    "a household edited": edit_csv("features.csv", cell(1, 2, "h0000")),
    "a salt edited": edit_csv("features.csv", cell(1, 1, "00" * 32)),
}


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("files", [FULL, PUBLIC], ids=["full", "public"])
def test_an_attack_with_fitting_sums_is_found(name: str, files: Files) -> None:
    found = report(summed(BOTH[name](files)))
    assert not found.ok, found.lines


@pytest.mark.parametrize("name", ONLY_FULL)
def test_an_attack_on_what_only_auditors_see_is_found(name: str) -> None:
    found = report(summed(ONLY_FULL[name](FULL)))
    assert not found.ok, found.lines


def test_the_whole_seed_hangs_on_what_was_fixed_before() -> None:
    """Whoever fixes another pool after the event gets another seed from the same value."""
    value = PANEL.seed.value
    other = replace(PANEL.commitment, people_sha256="0" * 64)
    seeds = {
        derive_seed(one.checksum, PANEL.seed.kind, value, False)
        for one in (PANEL.commitment, other)
    }
    assert len(seeds) == 2


def test_another_panel_that_also_fits_is_not_the_drawn_one() -> None:
    """Another list's members with their true openings of that list do not open the drawn one."""
    members = PANEL.lottery.panel(43)
    salts = {one.number: one.salt for one in PANEL.entrants}

    def change(content: dict[str, object]) -> None:
        pick = at(content, "panel", "pick")
        pick["panel"] = list(members)
        pick["openings"] = [opening(salts[one], "43") for one in members]

    assert not report(summed(edit_json("record.json", change)(PUBLIC))).ok


def test_dropping_the_end_of_the_log_changes_the_published_sum() -> None:
    def shorten(content: dict[str, object]) -> None:
        at(content, "panel", "pick")["events"] = []

    forged = summed(edit_json("record.json", shorten)(PUBLIC))
    assert not report(forged, checksum(PUBLIC)).ok


def test_skipping_somebody_in_the_replacement_order_is_found() -> None:
    def skip(content: dict[str, object]) -> None:
        pick = at(content, "panel", "pick")
        events, turn = pick["events"], pick["order"]
        assert isinstance(events, list)
        assert isinstance(turn, list)
        events[0]["seated"] = turn[-1]

    assert not report(summed(edit_json("record.json", skip)(FULL))).ok


def test_a_number_from_a_public_source_favours_no_list() -> None:
    """With 3 lists the shares are even, and a remainder of the whole range is drawn again."""
    found = Counter(
        pick_number(place.to_bytes(32, "big"), "", SeedKind.DICE, "0" * 20, 3)
        for place in range(3000)
    )
    # Three shares of 1,000: a standard deviation is 26, so 150 is more than five.
    assert all(abs(found[number] - 1000) < 150 for number in range(3))
    large = 2**255 + 1  # half of all values lie above its only multiple
    drawn = [
        pick_number(place.to_bytes(32, "big"), "", SeedKind.DICE, "0" * 20, large)
        for place in range(50)
    ]
    assert max(drawn) < large


def test_a_list_named_by_a_source_must_be_the_one_it_names() -> None:
    value = "3 11 23 34 40 49 / 7"
    seed = derive_seed(PANEL.commitment.checksum, PANEL.seed.kind, PANEL.seed.value, False)
    listed = sha256(marks_csv(PANEL.lottery.panels, PANEL.entrants))
    number = pick_number(seed, listed, SeedKind.LOTTO, value, 100)
    source = SeedUse(SeedKind.LOTTO, value, False)
    named = replace(PANEL, digits=label(number, 100), source=source, events=())
    for full in (False, True):
        found = report(record_files(replace(RECORD, panel=named), full))
        assert found.ok, found.lines
        assert any("öffentlichen Quelle" in line for line in found.lines)
        assert any("angekündigt: einzeln gezogene" in line for line in found.lines)
    other = replace(named, digits=label((number + 1) % 100, 100))
    with pytest.raises(ValueError, match="andere Liste"):
        record_files(replace(RECORD, panel=other), full=False)


def test_a_missing_public_source_is_replaced_openly() -> None:
    """The announced dice were not thrown: the fallback counts, and the checker says so."""
    first = invitation_draw()
    drand = SeedUse(SeedKind.DRAND, "4711 " + "ab" * 32, False)
    files = record_files(
        replace(RECORD, invitation=replace(first, seed=drand, waves=()), panel=None), False
    )
    lines = report(files).lines
    assert any("angekündigt: Würfel; genommen: drand" in line for line in lines)


def own_file(one: Entrant) -> bytes:
    opened = {"features": dict(one.features), "household": one.household, "salt": one.salt}
    return json.dumps({"losnummer": one.number, **opened}).encode()


def test_who_doubts_being_in_the_pot_opens_the_own_row_and_the_own_seats() -> None:
    for one in PANEL.entrants:
        own = own_file(one)
        found = report(PUBLIC, own=own)
        assert found.ok, found.lines
        lists = [label(n, 100) for n, ids in enumerate(PANEL.lottery.panels) if one.number in ids]
        assert any(f": {', '.join(lists)}." in line for line in found.lines)
        on = "Gezogen wurden Sie." if one.number in DRAWN else "Gezogen wurden Sie nicht."
        assert f"ok: {on}" in found.lines
        assert not report(PUBLIC, own=own.replace(one.salt.encode(), b"0" * 64)).ok


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"\xff", b'{"losnummer":"001"}'])
def test_an_own_file_that_is_none_is_a_sentence(text: bytes) -> None:
    found = report(PUBLIC, own=text)
    assert not found.ok
    assert found.lines[-1].startswith("nein: Unvollständig oder nicht lesbar")


def test_counts_that_only_add_up_are_found_by_the_residents_they_leave_out() -> None:
    """The public sums still fit; whoever has the count that is gone sees it."""
    files = summed(edit_csv("counts.csv", spread)(PUBLIC))
    assert report(files).ok
    told = {int(line.split(b",")[0]) for line in files["counts.csv"].splitlines()[1:]}
    wrong = {one.number for one in PANEL.entrants if not report(files, own=own_file(one)).ok}
    counts = PANEL.lottery.counts
    assert wrong == {one for one, count in counts.items() if count not in told}
    assert len(wrong) == 2


def test_nothing_published_tells_a_feature_or_links_two_seats() -> None:
    """No feature, salt or household in public, no list by Losnummer, no mark that returns."""
    assert not {"panels.csv", "features.csv", "chances.csv"} & set(PUBLIC)
    assert "excluded_ids" not in json.loads(PUBLIC["record.json"])["panel"]
    text = b"".join(data for name, data in PUBLIC.items() if name != "quotas.csv")
    secrets = [one.salt for one in PANEL.entrants]
    secrets += [one.household for one in PANEL.entrants if one.household]
    for word in ("jung", "alt:", "Kern", "db-", "heim", *secrets):
        assert word.encode() not in text
    rows = [line.split(",")[1:] for line in PUBLIC["marks.csv"].decode().splitlines()[1:]]
    seen = Counter(one for row in rows for one in row)
    assert len(seen) == 600
    assert max(seen.values()) == 1
    assert not any(one.number in seen for one in PANEL.entrants)


def test_the_openings_of_the_drawn_list_open_no_other() -> None:
    found = json.loads(PUBLIC["record.json"])["panel"]["pick"]
    rows = {line[:2]: line.split(",")[1:] for line in PUBLIC["marks.csv"].decode().splitlines()}
    for one, key in zip(found["panel"], found["openings"], strict=True):
        assert mark(one, "42", key) in rows["42"]
        assert not any(mark(one, name, key) in row for name, row in rows.items() if name != "42")


def test_ids_of_ones_own_are_said_openly() -> None:
    people = [Person(f"Nr. {place}", {"A": "x"}) for place in range(3)]
    kept = entrants(people, KEY, own_ids=True)
    given = entrants(people, KEY)
    assert [one.commitment for one in kept] == [one.commitment for one in given]
    assert [one.number for one in kept] == [one.person_id for one in given]
    assert not any("Kennungen sind mitgebracht" in line for line in report(PUBLIC).lines)


ODD: list[object] = [None, True, -1, 10**30, "", "x", "9" * 5000, "\0", [], [[]], {}, {"a": []}]


def _nodes(content: object) -> list[tuple[object, object]]:
    """Every place in a JSON text: the container and the key in it."""
    if isinstance(content, dict):
        pairs: list[tuple[object, object]] = [(content, key) for key in content]
    elif isinstance(content, list):
        pairs = [(content, place) for place in range(len(content))]
    else:
        return []
    return pairs + [pair for holder, key in pairs for pair in _nodes(holder[key])]  # type: ignore[index]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_whatever_stands_in_the_record_is_answered_with_sentences(data: st.DataObject) -> None:
    """Any value of the wrong kind in any JSON file: a report, never a crash."""
    files = data.draw(st.sampled_from([FULL, PUBLIC]))
    name = data.draw(st.sampled_from(sorted(name for name in files if name.endswith("json"))))
    content = json.loads(files[name])
    holder, key = data.draw(st.sampled_from(_nodes(content)))
    holder[key] = data.draw(st.sampled_from(ODD))  # type: ignore[index]
    found = report(summed({**files, name: canonical_json(content)}))
    assert all(line.split(":")[0] in ("ok", "nein", "offen") for line in found.lines)
    assert not any("\n" in line for line in found.lines)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_whatever_stands_in_a_table_is_answered_with_sentences(data: st.DataObject) -> None:
    files = data.draw(st.sampled_from([FULL, PUBLIC]))
    name = data.draw(st.sampled_from(sorted(name for name in files if name.endswith("csv"))))
    text = bytearray(files[name])
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    text[start:end] = data.draw(
        st.sampled_from([b"", b"\0", b'"', b"\n", b"\r", b",", b"\xff", b"-1", b"9" * 5000])
    )
    found = report(summed({**files, name: bytes(text)}))
    assert all(line.split(":")[0] in ("ok", "nein", "offen") for line in found.lines)
