"""Pictures as SVG, pure functions of numbers somebody else has computed.

One grammar: a tick is the population, a hollow circle the pool, a pale bar the quota, a filled
mark a seat, a vote, a list or a person that counts; dashed is a plan or a bound.
"""

from buergerrat.charts.chances import chance_axis, chance_row, chance_scale, chance_staircase
from buergerrat.charts.colours import (
    DATA_CONTRAST,
    TOWN_CONTRAST,
    contrast,
    is_colour,
    town_stylesheet,
)
from buergerrat.charts.composition import CompositionRow, composition, hall_row
from buergerrat.charts.council import FunnelPicture, FunnelStep, funnel, hemicycle
from buergerrat.charts.expectation import ExpectationMark, expectation_row
from buergerrat.charts.legend import LEGEND, legend_mark
from buergerrat.charts.panels import PanelField, panel_fields
from buergerrat.charts.plan import Stratum, strata_bars
from buergerrat.charts.population import PopulationRow, population_rows
from buergerrat.charts.quotas import QuotaMark, quota_axis, quota_row
from buergerrat.charts.replies import PlanPoint, expected_range, replies_over_time
from buergerrat.charts.response import GroupMark, Portion, group_row, way_to_the_pool
from buergerrat.charts.samples import sample_pictures
from buergerrat.charts.svg import Picture
from buergerrat.charts.timetable import Slot, timetable
from buergerrat.charts.votes import votes
from buergerrat.charts.words import GERMAN, Words

__all__ = [
    "DATA_CONTRAST",
    "GERMAN",
    "LEGEND",
    "TOWN_CONTRAST",
    "CompositionRow",
    "ExpectationMark",
    "FunnelPicture",
    "FunnelStep",
    "GroupMark",
    "PanelField",
    "Picture",
    "PlanPoint",
    "PopulationRow",
    "Portion",
    "QuotaMark",
    "Slot",
    "Stratum",
    "Words",
    "chance_axis",
    "chance_row",
    "chance_scale",
    "chance_staircase",
    "composition",
    "contrast",
    "expectation_row",
    "expected_range",
    "funnel",
    "group_row",
    "hall_row",
    "hemicycle",
    "is_colour",
    "legend_mark",
    "panel_fields",
    "population_rows",
    "quota_axis",
    "quota_row",
    "replies_over_time",
    "sample_pictures",
    "strata_bars",
    "timetable",
    "town_stylesheet",
    "votes",
    "way_to_the_pool",
]
