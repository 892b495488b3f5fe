"""The plan of the letters: rates by group, seats beside it, other groups, and earlier assemblies."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
import stage_one as stage
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.crypto import derived_key
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import draw_page
from buergerrat.sortition.models import Invitee, Quota
from buergerrat.sortition.planning import (
    PlanError,
    expected_replies,
    expected_total,
    plan_letters,
    stratum_rates,
)
from buergerrat.sortition.repart import renamed
from buergerrat.sortition.response import FEWEST, rates_from
from buergerrat.sortition.services import plan as plans
from buergerrat.sortition.services import quotas, response
from buergerrat.sortition.services.plan_needs import Needs, enough, needs_of
from buergerrat.sortition.spool import people
from buergerrat.sortition.strata import Stratum
from buergerrat.sortition.tickets import LeafSet, leaf_maker
from tests.support import BrowserLike, Factory

LAWS = settings(deadline=None, max_examples=40)
SEXES = ("female", "male")
BANDS = ("16-29", "30-44", "45-64", "65+")


@st.composite
def samples(draw: st.DrawFn) -> tuple[dict[Stratum, int], dict[Stratum, float], int]:
    """An extract that is a sample, the town's people, and a number of letters."""
    strata = [Stratum(sex, band, "") for sex in ("female", "male") for band in BANDS]
    counts = {s: draw(st.integers(1, 60)) for s in strata}
    town = {s: float(draw(st.integers(1, 5000))) for s in strata}
    return counts, town, draw(st.integers(1, sum(counts.values()) - 1))


@given(samples(), st.sampled_from(["proportional", "equal", "expected_reply"]), st.integers(0, 3))
@LAWS
def test_letters_add_up_and_one_more_takes_none_away(
    sample: tuple[dict[Stratum, int], dict[Stratum, float], int], method: str, minimum: int
) -> None:
    counts, town, letters = sample
    try:
        plan = plan_letters(counts, letters, method, 0.05, minimum, town)
    except PlanError:
        assert letters < sum(min(minimum, n) for n in counts.values())
        return
    more = plan_letters(counts, letters + 1, method, 0.05, minimum, town)
    assert sum(plan.values()) == letters
    assert all(min(minimum, counts[s]) <= n <= counts[s] for s, n in plan.items())
    assert all(more[s] >= n for s, n in plan.items())


@given(st.integers(0, 400), st.floats(0.001, 1), st.integers(0, 400))
@LAWS
def test_the_range_of_several_groups_is_that_of_one_binomial(
    letters: int, rate: float, others: int
) -> None:
    one, two = Stratum("female", "16-29", ""), Stratum("male", "16-29", "")
    found = expected_total({one: letters, two: others}, rate)
    whole = expected_replies(letters + others, rate)
    assert (found.low, found.high) == (whole.low, whole.high)
    assert found.mean == pytest.approx(whole.mean)
    mixed = expected_total({one: letters, two: others}, {one: rate, two: 0.05})
    assert mixed.mean == pytest.approx(letters * rate + others * 0.05)
    assert mixed.low <= mixed.mean + 1e-6 <= mixed.high + 1


cells = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(["female", "male", "diverse"]),
        "age_band": st.sampled_from(BANDS),
        "letters": st.integers(0, 400),
        "returned": st.just(0),
    }
).flatmap(lambda c: st.integers(0, c["letters"]).map(lambda yes: {**c, "yes": yes}))


@given(st.lists(cells, max_size=12))
@LAWS
def test_rates_of_earlier_assemblies(found: list[dict[str, object]]) -> None:
    """Only cells of five letters and more count; every rate lies between its own and the whole."""
    used = [c for c in found if c["letters"] >= FEWEST]  # type: ignore[operator]
    known = rates_from(found)
    if not used:
        assert known is None
        return
    assert known is not None
    assert known.letters == sum(c["letters"] for c in used)  # type: ignore[misc]
    assert set(known.rates) == {f"{c['sex']}|{c['age_band']}" for c in used}
    assert all(0.001 <= rate <= 1 for rate in [known.overall, *known.rates.values()])


def test_names_of_districts_stay_when_the_file_is_read_again() -> None:
    known = renamed({"01": "Mitte", "02": "Rand"}, {"Rand": "Mitte", "Dorf": "Land"})
    assert known == {"01": "Mitte", "02": "Mitte", "Rand": "Mitte", "Dorf": "Land"}


def test_rates_are_typed_stored_and_change_the_letters(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register(people=800))
    rates = {"rate.female|16-29": "2", "rate.male|65+": "10,5 %", "rate.female|65+": ""}
    form = {"method": "expected_reply", "letters_total": "200", "reserve_share": "80", **rates}
    assert stage.plan(clerk, **form).status_code == 303
    draw = stage.draw()
    assert draw.rates == {"female|16-29": 0.02, "male|65+": 0.105}
    assert draw.reserve_share == 0.8

    def share(sex: str, band: str) -> float:
        rows = [r for r in draw.letters if (r["sex"], r["age_band"]) == (sex, band)]
        return sum(r["letters"] for r in rows) / sum(r["people"] for r in rows)

    assert share("female", "16-29") > share("female", "45-64") > share("male", "65+")
    text = clerk.get(stage.page("einladungslosung")).text
    assert re.search(r'name="rate\.male\|65\+" value="10,5"', text)
    bad = stage.plan(clerk, **{"rate.female|16-29": "viele"})
    assert bad.status_code == 422
    assert "Frauen, 16–29 Jahre" in bad.text
    assert stage.plan(clerk, reserve_share="201").status_code == 422


def test_the_page_says_where_replies_may_be_missing(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register(people=2000))
    few = clerk.submit(
        stage.page("einladungslosung/rechnen"), {**stage.PLAN, "letters_total": "100"}
    )
    assert "wohl zu wenige Briefe" in few.text
    better = re.search(r"Mit ([\d.]+) Briefen reicht es", few.text)
    assert better
    form = {**stage.PLAN, "letters_total": better[1].replace(".", "")}
    many = clerk.submit(stage.page("einladungslosung/rechnen"), form)
    assert "Die Briefe reichen voraussichtlich" in many.text
    assert "1 zu " in many.text
    assert "Zusagen und Plätze" in many.text, "the picture is described"


def test_seats_needed_come_from_saved_quotas_first(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register(people=400))
    before = needs_of(assembly)
    assert sum(before.of("sex", s) or 0 for s in ("female", "male")) >= assembly.seats
    assert before.of("sex", "diverse") in (0, None)
    with writing():
        rows = [replace(r, min=1, max=16) for r in quotas.proposal(assembly)]
        quotas.save(assembly, rows)
    assert needs_of(assembly).of("sex", "female") == 1
    with writing():
        db.session.execute(delete(Quota).where(Quota.feature == "sex"))
    assert needs_of(assembly).of("sex", "female") == before.of("sex", "female")


def test_how_many_letters_would_do(clerk: BrowserLike, assembly: Assembly) -> None:
    people_there = {Stratum(s, b, ""): 2000 for s in ("female", "male") for b in BANDS}
    plan = plans.arrange(people_there, people_there, plans.Choice(100))
    needs = Needs({("sex", "female"): 8, ("age_band", "16-29"): 3})
    found = enough(plan, needs)
    assert found is not None
    good = plans.arrange(people_there, people_there, plans.Choice(found))
    lacking = plans.arrange(people_there, people_there, plans.Choice(found // 2))
    assert enough(good, needs) is None
    assert enough(lacking, needs) is not None
    assert enough(plan, Needs({("sex", "female"): 5000})) is None


def test_bands_and_districts_are_formed_anew_without_a_new_file(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register(people=500))
    stage.plan(clerk)
    with writing():
        quotas.save(assembly, quotas.proposal(assembly))
    before = stage.extract()
    root, spool_id, eligible = before.merkle_root, before.spool_id, before.eligible
    names = sorted({row["district"] for row in before.strata if row["district"]})
    form = {"age_bounds": "16, 27, 60", **{f"district.{n}": n for n in names}}
    form |= {f"district.{names[0]}": "Außenorte", f"district.{names[1]}": "Außenorte"}
    assert clerk.submit(stage.page("einladungslosung/gruppen"), form).status_code == 303
    db.session.expire_all()
    after = stage.extract()
    db.session.refresh(assembly)
    assert assembly.age_bounds == "16,27,60"
    assert {r["age_band"] for r in after.strata} <= {"16-26", "27-59", "60+", ""}
    assert {r["district"] for r in after.strata} == {"Außenorte", *names[2:], ""} - (
        {""} if all(r["district"] for r in after.strata) else set()
    )
    assert after.merkle_root != root
    assert after.spool_id != spool_id
    assert db.session.get_one(StoredFile, spool_id).deleted_at is not None
    doubtful = after.refused.get("doubtful", 0) - before.refused.get("doubtful", 0)
    assert after.eligible + doubtful == eligible
    assert stage.draw() is None, "the plan starts over"
    kept = db.session.scalars(select(Quota.feature)).all()
    assert "age_band" not in kept
    assert "sex" in kept
    leaf_of, leaves = leaf_maker(derived_key(assembly.id, "register")), LeafSet()
    with files.open_file(db.session.get_one(StoredFile, after.spool_id)) as spool:
        rows = list(people(spool))
    assert all(leaves.add(leaf_of(row.values)) for row in rows)
    assert leaves.root() == after.merkle_root
    assert sum(r["people"] for r in after.strata) == len(rows) == after.eligible
    stage.plan(clerk)
    stage.commit(clerk)
    stage.enter_seed(clerk, stage.draw().number)
    stage.start(clerk, stage.draw().number)
    assert stage.draw().state == "drawn"


@pytest.mark.parametrize("bounds", ["18, 30", "16, 16", "alt", ""])
def test_bands_that_make_no_sense(clerk: BrowserLike, assembly: Assembly, bounds: str) -> None:
    stage.upload(clerk, stage.register())
    answer = clerk.submit(stage.page("einladungslosung/gruppen"), {"age_bounds": bounds})
    assert answer.status_code == 422


def test_groups_stay_once_they_are_published(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    stage.commit(clerk)
    answer = clerk.submit(stage.page("einladungslosung/gruppen"), {"age_bounds": "16, 40"})
    assert answer.status_code == 409
    assert stage.extract().merkle_root in str(stage.draw().commitment)


def test_the_next_assembly_of_the_town_learns_from_this_one(
    assembly: Assembly, fill_pool: Callable[[Assembly, int], list[Invitee]], factory: Factory
) -> None:
    """What is counted when the Lostopf is frozen, the town's next plan begins with."""
    drawn = fill_pool(assembly, 60)
    with writing():
        drawn[0].returned_at = utcnow()
        response.note(assembly)
    cells = stage.draw().response
    groups = Counter((one.sex, one.age_band) for one in drawn)
    told = {(cell["sex"], cell["age_band"]): cell["letters"] for cell in cells}
    assert told == {key: n for key, n in groups.items() if n >= FEWEST and key[0] in SEXES}
    assert all(cell["yes"] == cell["letters"] for cell in cells), "all of them said yes"
    assert response.earlier(assembly) is None, "not from itself"
    other = factory.assembly(assembly.municipality, slug="zweiter-rat")
    known = response.earlier(other)
    assert known is not None
    assert (known.letters, known.yes) == (sum(told.values()), sum(told.values()))
    first = plans.first_choice(other, 10**6)
    assert first.response_rate == known.overall == 1
    assert first.rates == known.rates


def test_two_hundred_groups_are_quick_and_folded(clerk: BrowserLike, assembly: Assembly) -> None:
    people_there = {
        Stratum(sex, band, f"Ortsteil {n:02}"): 100 + n
        for sex in ("female", "male")
        for band in BANDS
        for n in range(25)
    }
    started = time.perf_counter()
    plan = plans.arrange(people_there, people_there, plans.Choice(4000, "expected_reply"))
    found = draw_page.figures(plan, Needs({}))
    assert time.perf_counter() - started < 2
    assert (found.strata, len(found.districts)) == (200, 25)
    assert sum(d.letters for d in found.districts) == 4000
    assert [t.key for t in found.tables] == ["age_band", "sex", "district"]


def test_the_rate_of_a_group_holds_for_its_sex_and_band_alone() -> None:
    one, two = Stratum("female", "16-29", "A"), Stratum("male", "16-29", "A")
    assert stratum_rates([one, two], 0.05, {"female|16-29": 0.02}) == {one: 0.02, two: 0.05}
