"""How far the mandate is: founded, and shown to the public."""

from __future__ import annotations

from flask_babel import gettext as _

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.way import Standing, step
from buergerrat.formats import longdate, shortdate


@step("mandate")
def mandate(assembly: Assembly) -> Standing:
    return Standing(
        done=assembly.published_at is not None,
        when=shortdate(assembly.resolution_date),
        endpoint="assemblies.edit",
        title=_("Öffentliche Seite freischalten"),
        text=_(
            "Frage, Rechtsgrundlage und Termine stehen. Prüfen Sie die Angaben und schalten Sie die "
            "öffentliche Seite frei. Dort erscheint später die Prüfsumme der Losung."
        ),
        action=_("Auftrag prüfen"),
        deadline=_("Briefe gehen am %(day)s hinaus", day=longdate(assembly.letters_on)),
    )
