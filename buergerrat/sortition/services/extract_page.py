"""What the page of an extract shows of it: numbers, a picture, tables; nobody in it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from buergerrat.formats import number
from buergerrat.sortition.extract_chart import refused_bars
from buergerrat.sortition.households import HOUSEHOLD_CHOICES
from buergerrat.sortition.models import RegisterExtract
from buergerrat.sortition.rows import REASONS
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services import plan as plans
from buergerrat.sortition.sniffing import SEPARATOR_LABELS
from buergerrat.sortition.strata import SEX_LABELS, Stratum, age_band_label, sort_strata


def result_of(extract: RegisterExtract) -> dict[str, Any]:
    refused = sorted(extract.refused.items(), key=lambda item: (-item[1], item[0]))
    rows = [(REASONS[reason], count) for reason, count in refused]
    review = extracts.decisions(extract) if extracts.is_open(extract) else []
    return {
        "refused": rows,
        "refused_rows": [(label, number(count)) for label, count in rows],
        "picture": refused_bars(rows, _("Nicht im Lostopf, nach Grund")) if rows else None,
        "strata": _strata_table(extract),
        "separator": SEPARATOR_LABELS.get(extract.separator, extract.separator) or _("keines"),
        "profile": extracts.read_as(extract),
        "totals": extract.refused.get("total_line", 0),
        "people": extract.rows - extract.refused.get("total_line", 0),
        "blank_columns": extract.profile.get("blank_columns", 0),
        "doubtful": sum(row["decision"] is None for row in review),
        "decided": sum(row["decision"] is not None for row in review),
        "households": _household_rows(extract),
        "apart": [_apart(extract, "large"), _apart(extract, "homes")],
    }


def _household_rows(extract: RegisterExtract) -> list[list[str]]:
    """What each rule would do: households, people who cannot be drawn together, the largest."""
    found = extract.households
    return [
        [label, *(number(found[rule][key]) for key in ("households", "shared", "largest"))]
        for rule, label in HOUSEHOLD_CHOICES.items()
        if rule in found
    ]


def _apart(extract: RegisterExtract, kind: str) -> dict[str, int]:
    found: dict[str, int] = extract.households.get(kind, {"addresses": 0, "people": 0})
    return found


def _strata_table(extract: RegisterExtract) -> dict[str, Any]:
    """People by sex and age (rows) and district (columns); small groups have a total only."""
    people = plans.people_of(extract)
    districts = sorted({stratum.district for stratum in people if not stratum.is_small_group})
    kinds = dict.fromkeys((s.sex, s.age_band) for s in sort_strata(people) if not s.is_small_group)
    rows = []
    for sex, band in sorted(kinds, key=lambda kind: (list(SEX_LABELS).index(kind[0]), kind[1])):
        cells = [people.get(Stratum(sex, band, district), 0) for district in districts]
        rows.append((f"{SEX_LABELS[sex]}, {age_band_label(band)}", cells, sum(cells)))
    small = [(s.label, [None] * len(districts), people[s]) for s in people if s.is_small_group]
    return {"districts": districts, "rows": [*rows, *small]}
