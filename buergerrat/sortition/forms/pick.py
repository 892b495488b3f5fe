"""How the list will be picked: announced when Lostopf and quotas are frozen, kept on the day."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from buergerrat.assemblies.models import Assembly
from buergerrat.choices import choices
from buergerrat.formats import local
from buergerrat.sortition.commitment import SeedKind, SeedProcedure
from buergerrat.sortition.forms.draw import KIND_HINTS, KINDS, VALUE_HINTS, today

NEEDED = InputRequired(_l("Diese Angabe fehlt."))
WAYS = [("digits", _l("Ziffern, eine nach der anderen im Saal gezogen")), *KINDS]
HINTS = {
    "digits": _l("Zum Beispiel Kugeln aus einem Beutel oder ein zehnseitiger Würfel."),
    **KIND_HINTS,
}
SOURCE_HINTS = VALUE_HINTS


class PickForm(Form):
    """Fields start with `pick_`, because they stand in the form that freezes."""

    pick_kind = RadioField(
        _l("Wie die Liste gezogen wird"), [NEEDED], choices=choices(WAYS), default="digits"
    )
    pick_event = StringField(
        _l("Öffentliches Ereignis"),
        [NEEDED, Length(max=200)],
        description=_l("So genau, dass es nur eines sein kann."),
    )
    pick_on = DateField(_l("Tag"), [NEEDED])
    pick_fallback = TextAreaField(_l("Wenn es ausfällt"), [NEEDED, Length(max=300)])

    @classmethod
    def of(cls, assembly: Assembly, typed: MultiDict[str, str] | None = None) -> PickForm:
        """What was typed, or the proposal: digits in the hall on the day of the lottery."""
        day = local(assembly.lottery_at)
        place = assembly.lottery_place or _("Ratssaal")
        proposal = {
            "pick_event": _("Öffentliche Losung, %(place)s", place=place),
            "pick_on": max(day.date(), today()),
            "pick_fallback": _("Die nächste öffentliche Sitzung, auf dieselbe Weise."),
        }
        return cls(typed if typed and "pick_kind" in typed else None, data=proposal)

    def validate_pick_on(self, field: Any) -> None:
        if field.data < today():
            raise ValidationError(_("Der Tag ist vorbei. Angekündigt wird, was noch kommt."))

    def procedure(self) -> SeedProcedure:
        return SeedProcedure(
            SeedKind(self.pick_kind.data),
            self.pick_event.data.strip(),
            self.pick_on.data.isoformat(),
            self.pick_fallback.data.strip(),
        )
