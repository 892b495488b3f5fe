"""The small marks of a legend, the same as in the pictures."""

from markupsafe import Markup

from buergerrat.charts.svg import Canvas
from buergerrat.charts.words import marked as _

LEGEND = {
    "population": _("Bevölkerung"),
    "pool": _("Lostopf"),
    "quota": _("Ihre Quote"),
    "possible": _("mit diesem Lostopf möglich"),
    "counted": _("ein Platz"),
    "share": _("Anteil"),
    "on_list": _("auf dieser Liste"),
    "hall_seat": _("ein Platz"),
    "hall_share": _("Anteil der Bevölkerung"),
    "plan": _("Plan"),
    "bound": _("Grenze"),
    "replies": _("erwartete Zusagen"),
    "mean": _("im Mittel"),
    "mine": _("Sie stehen auf der Liste"),
    "other": _("Sie stehen nicht auf der Liste"),
    "drawn": _("gezogene Liste"),
    "yes": _("Ja"),
    "no": _("Nein"),
    "abstain": _("Enthaltung"),
}
_WIDE = {"quota", "possible", "plan", "bound", "hall_share", "replies"}


def legend_mark(kind: str) -> Markup:
    """Decoration beside its word; KeyError for a kind that is not in LEGEND."""
    if kind not in LEGEND:
        raise KeyError(kind)
    canvas = Canvas(40 if kind in _WIDE else 20, 24)
    if kind == "population":
        canvas.line("d-bev", 10, 1, 10, 23)
    elif kind == "pool":
        canvas.circle("d-topf", 10, 12, 5.5)
    elif kind == "quota":
        canvas.rect("d-quote", 2, 3, 36, 18)
        canvas.path("d-quote-rand", "M2 2v20M38 2v20")
    elif kind == "replies":
        canvas.rect("d-quote", 2, 4, 36, 16)
    elif kind == "mean":
        canvas.path("d-grenze", "M10 1V23")
    elif kind == "possible":
        canvas.path("d-moeglich", "M2 12H38M2 7v10M38 7v10")
    elif kind == "share":
        canvas.rect("d-rat", 0, 6, 20, 12)
    elif kind == "hall_seat":
        canvas.rect("d-rat", 2, 4, 16, 16)
    elif kind == "hall_share":
        canvas.path("d-mass", "M0 12H38M38 6v12")
    elif kind == "plan":
        canvas.rect("d-plan", 0, 4, 40, 16)
        canvas.path("d-plan-linie", "M0 12H40")
    elif kind == "bound":
        canvas.path("d-grenze", "M0 12H40")
    elif kind in {"no", "abstain"}:
        canvas.circle("d-ring", 10, 12, 8)
        if kind == "no":
            canvas.path("d-kreuz", "M6.4 8.4l7.2 7.2M13.6 8.4l-7.2 7.2")
    elif kind in {"other", "drawn"}:
        canvas.circle("d-other", 10, 12, 2.6)
        if kind == "drawn":
            canvas.circle("d-drawn", 10, 12, 7.5)
    else:
        canvas.circle("d-rat", 10, 12, 6.5)
    return canvas.markup()
