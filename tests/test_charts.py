"""Pictures: what is drawn agrees with the numbers, stays inside and can be read aloud."""

import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from buergerrat import charts
from buergerrat.charts import CompositionRow, FunnelStep, PlanPoint, QuotaMark, Slot, Stratum

lean = settings(deadline=None, max_examples=40)
shares = st.floats(0, 1, allow_nan=False)


def parse(svg: str) -> ET.Element:
    return ET.fromstring(re.sub(r' xmlns="[^"]+"', "", str(svg)))


def drawn(svg: str, tag: str, css: str) -> list[ET.Element]:
    return [e for e in parse(svg).iter(tag) if css in (e.get("class") or "").split()]


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in parse(svg).iter("text")]


def everything(sample: object) -> list[Markup]:
    if isinstance(sample, charts.Picture):
        return [sample.wide, sample.narrow]
    if isinstance(sample, Markup):
        return [sample]
    if isinstance(sample, charts.PanelField | charts.FunnelPicture):
        return [sample.picture]
    assert isinstance(sample, list | tuple)
    return [
        m
        for part in sample
        if not isinstance(part, QuotaMark | CompositionRow)
        for m in everything(part)
    ]


SAMPLES = [m for sample in charts.sample_pictures().values() for m in everything(sample)]


@pytest.mark.parametrize("svg", SAMPLES)
def test_only_classes_and_attributes_and_nothing_outside(svg: Markup) -> None:
    root = parse(svg)
    _, _, width, height = (float(v) for v in (root.get("viewBox") or "").split())
    for element in root.iter():
        assert element.tag in {"svg", "title", "desc", "path", "rect", "circle", "text"}
        assert not {"style", "onload", "href"} & set(element.attrib)
    for circle in root.iter("circle"):
        x, y, r = (float(circle.attrib[k]) for k in ("cx", "cy", "r"))
        assert x - r >= -1
        assert x + r <= width + 1
        assert y - r >= -1
        assert y + r <= height + 1
    for rect in root.iter("rect"):
        x, w = float(rect.attrib["x"]), float(rect.attrib["width"])
        assert x >= -1
        assert x + w <= width + 1


@pytest.mark.parametrize("svg", SAMPLES)
def test_a_picture_is_named_or_hidden(svg: Markup) -> None:
    root = parse(svg)
    if root.get("aria-hidden") == "true":
        assert root.find("title") is None
        return
    assert root.get("role") == "img"
    ids = {e.get("id") for e in root if e.tag in {"title", "desc"}}
    assert set((root.get("aria-labelledby") or "").split()) == ids
    assert all((root.findtext(tag) or "x").strip() for tag in ("title", "desc"))


def test_no_two_samples_share_an_id() -> None:
    ids = [i for svg in SAMPLES for i in re.findall(r' id="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))


@lean
@given(label=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_words_of_people_are_escaped(label: str) -> None:
    svg = charts.composition("Ort", [CompositionRow(label, 1, 1.0)], 4)
    assert texts(svg)[0] == label


@lean
@given(
    rows=st.lists(st.tuples(st.integers(0, 60), st.floats(0, 60)), min_size=1, max_size=6),
    standalone=st.booleans(),
)
def test_composition_draws_one_dot_per_seat(
    rows: list[tuple[int, float]], standalone: bool
) -> None:
    data = [CompositionRow(f"Gruppe {i}", seats, town) for i, (seats, town) in enumerate(rows)]
    svg = charts.composition("Merkmal", data, 60, standalone=standalone)
    assert len(list(parse(svg).iter("circle"))) == sum(seats for seats, _ in rows)
    assert all(str(seats) in texts(svg) for seats, _ in rows)


def test_composition_for_paper_carries_its_colours() -> None:
    svg = charts.composition(
        "Alter", [CompositionRow("jung", 2, 1.5)], 4, standalone=True, data_colour="#123456"
    )
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "class=" not in svg
    assert svg.count("#123456") == 2


@lean
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_votes_draw_every_ballot_once(yes: int, no: int, abstain: int) -> None:
    picture = charts.votes(yes, no, abstain)
    for svg in (picture.wide, picture.narrow):
        assert len(drawn(svg, "circle", "d-rat")) == yes
        assert len(drawn(svg, "circle", "d-ring")) == no + abstain
        assert len(drawn(svg, "path", "d-kreuz")) == no


def test_votes_mark_the_needed_number_between_two_ballots() -> None:
    svg = charts.votes(12, 2, 1, needed=10).wide
    line = drawn(svg, "path", "d-grenze")[0].attrib["d"]
    at = float(re.match(r"M([\d.]+)", line)[1])  # type: ignore[index]
    xs = [float(c.attrib["cx"]) for c in drawn(svg, "circle", "d-rat")]
    assert xs[9] < at < xs[10]


@lean
@given(mine=st.sets(st.integers(0, 999)), drawn_list=st.integers(0, 999))
def test_panels_show_every_list_and_count_the_own(mine: set[int], drawn_list: int) -> None:
    fields = charts.panel_fields(mine, drawn_list)
    assert [f.first for f in fields] == list(range(0, 1000, 100))
    assert sum(f.count for f in fields) == len(mine)
    assert [f.drawn for f in fields if f.drawn is not None] == [drawn_list]
    for f in fields:
        assert len(drawn(f.picture, "circle", "d-mine")) == f.count
        assert len(drawn(f.picture, "circle", "d-other")) == 100 - f.count


def test_panels_put_the_number_where_the_sentence_says() -> None:
    field = charts.panel_fields({472})[4]
    dot = drawn(field.picture, "circle", "d-mine")[0]
    others = drawn(field.picture, "circle", "d-other")
    columns = sorted({float(c.attrib["cx"]) for c in others})
    rows = sorted({float(c.attrib["cy"]) for c in others})
    assert (rows.index(float(dot.attrib["cy"])), columns.index(float(dot.attrib["cx"]))) == (7, 2)


def test_panels_refuse_numbers_outside_the_thousand() -> None:
    with pytest.raises(ValueError, match="0 to 999"):
        charts.panel_fields({1000})


@lean
@given(st.integers(1, 200))
def test_hemicycle_has_a_dot_for_every_member(members: int) -> None:
    svg = charts.hemicycle(members)
    dots = drawn(svg, "circle", "d-rat")
    assert len(dots) == members
    assert str(members) in texts(svg)


@lean
@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=5))
def test_funnel_area_is_in_proportion(counts: list[int]) -> None:
    pictures = charts.funnel([FunnelStep(n, "x") for n in counts])
    radii = [float(drawn(p.picture, "circle", "d-rat")[0].attrib["r"]) for p in pictures]
    for n, r in zip(counts, radii, strict=True):
        exact = 88 * (n / max(counts)) ** 0.5
        assert r == pytest.approx(max(exact, 1.5), abs=0.06)


@lean
@given(st.lists(shares, min_size=1, max_size=120))
def test_staircase_never_falls_and_names_both_ends(chances: list[float]) -> None:
    picture = charts.chance_staircase(chances)
    for svg in (picture.wide, picture.narrow):
        d = drawn(svg, "path", "d-rat-linie")[0].attrib["d"]
        heights = [float(v) for v in re.findall(r"V([\d.]+)", d)]
        assert len(heights) == len(set(chances))  # one step for those who share a chance
        assert all(a >= b for a, b in pairwise(heights))
    smallest = f"{100 * min(chances):.1f}".replace(".", ",")
    assert smallest in picture.desc


@lean
@given(st.integers(0, 12), st.integers(0, 12), st.floats(0, 12), st.floats(0, 12))
def test_quota_row_keeps_the_order_of_its_marks(a: int, b: int, town: float, pool: float) -> None:
    low, high = sorted((a, b))
    svg = charts.quota_row(QuotaMark("Ort", town, pool, low, high, (low, high)), 12)
    tick = float(re.match(r"M([\d.]+)", drawn(svg, "path", "d-bev")[0].attrib["d"])[1])  # type: ignore[index]
    circle = float(drawn(svg, "circle", "d-topf")[0].attrib["cx"])
    assert (tick - circle) * (town - pool) >= -1
    bar = drawn(svg, "rect", "d-quote")[0]
    assert float(bar.attrib["width"]) >= 10


@lean
@given(st.lists(st.integers(0, 9), min_size=1, max_size=60))
def test_replies_end_at_the_last_count(daily: list[int]) -> None:
    start, total, counts = date(2026, 9, 21), 0, []
    for i, n in enumerate(daily):
        total += n
        counts.append((start + timedelta(days=i), total))
    plan = [PlanPoint(day, 1, 2, 3) for day, _ in counts]
    picture = charts.replies_over_time(counts, plan)
    assert f"kamen {total} Antworten" in picture.desc
    for svg in (picture.wide, picture.narrow):
        assert str(total) in texts(svg)
        dot = drawn(svg, "circle", "d-rat")[0]
        line = drawn(svg, "path", "d-rat-linie")[0].attrib["d"]
        assert line.rstrip().endswith(dot.attrib["cy"])


def test_replies_need_a_day() -> None:
    with pytest.raises(ValueError, match="no day"):
        charts.replies_over_time([], [])


def test_timetable_marks_now_inside_the_running_part() -> None:
    start = datetime(2026, 11, 21, 9)
    actual = [
        Slot("Runde 1", start, start + timedelta(minutes=60), "done"),
        Slot("Runde 2", start + timedelta(minutes=60), start + timedelta(minutes=120), "now"),
    ]
    picture = charts.timetable(actual, actual, now=start + timedelta(minutes=90))
    for svg in (picture.wide, picture.narrow):
        bar = drawn(svg, "rect", "t-jetzt")[0]
        left = float(bar.attrib["x"])
        line = drawn(svg, "path", "t-nun")[0].attrib["d"]
        at = float(re.match(r"M([\d.]+)", line)[1])  # type: ignore[index]
        assert left < at < left + float(bar.attrib["width"])
        assert "10.30" in texts(svg)


@lean
@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=8))
def test_strata_bars_compare_on_one_scale(rows: list[tuple[float, float]]) -> None:
    picture = charts.strata_bars([Stratum(f"G{i}", a, i, b) for i, (a, b) in enumerate(rows)])
    widths = [float(r.attrib["width"]) for r in drawn(picture.wide, "rect", "d-rat")]
    order = sorted(range(len(rows)), key=lambda i: rows[i][1])
    assert all(widths[a] <= widths[b] + 0.1 for a, b in pairwise(order))


def test_contrast_agrees_with_the_definition_at_its_ends() -> None:
    assert charts.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert charts.contrast("#2044AA", "#2044AA") == pytest.approx(1)


@lean
@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_town_stylesheet_only_with_enough_contrast(town: int, data: int) -> None:
    a, b = f"#{town:06X}", f"#{data:06x}"
    fits = charts.contrast(a, "#FFFFFF") >= 7 and charts.contrast(b, "#FFFFFF") >= 4.5
    if fits:
        assert charts.town_stylesheet(a, b) == f":root {{ --br-town: {a}; --br-data: {b}; }}\n"
    else:
        with pytest.raises(ValueError, match="on white"):
            charts.town_stylesheet(a, b)


@pytest.mark.parametrize("text", ["red", "#12345", "#1234567", "#12345g", "#123456\n", "}"])
def test_a_stylesheet_takes_colours_only(text: str) -> None:
    assert not charts.is_colour(text)
    with pytest.raises(ValueError, match="RRGGBB"):
        charts.town_stylesheet(text, "#00536E")


def test_legend_knows_every_word() -> None:
    for kind in charts.LEGEND:
        assert "aria-hidden" in charts.legend_mark(kind)
    with pytest.raises(KeyError):
        charts.legend_mark("nichts")
