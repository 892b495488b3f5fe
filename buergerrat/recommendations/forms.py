"""Forms of this folder. Messages are complete German sentences."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from buergerrat.choices import choices
from buergerrat.formats import language
from buergerrat.recommendations import tally, words
from buergerrat.recommendations.services.ballots import Rules
from buergerrat.recommendations.services.council import Decision
from buergerrat.recommendations.services.recommendations import Wording
from buergerrat.recommendations.services.report import Texts

TEXT_LIMIT = 20_000
WILL_BE_DONE = ("adopted", "adopted_in_part")


class Form(PlainForm):
    """WTForms' own messages (no number, no date) in the reader's language."""

    class Meta:
        @property
        def locales(self) -> list[str]:
            return [language()]


def tidy(value: str | None) -> str:
    """One kind of line end, no blanks around."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def needed(message: Any) -> DataRequired:
    return DataRequired(message)


def at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Höchstens %(max)d Zeichen."))


def count(label: Any, message: Any, **options: Any) -> IntegerField:
    """A whole number from 0."""
    return IntegerField(
        label,
        [InputRequired(message), NumberRange(0, 100_000, _l("Bitte eine Zahl ab 0 eintragen."))],
        **options,
    )


class WordingForm(Form):
    """The text of a recommendation."""

    title = StringField(
        _l("Titel"),
        [needed(_l("Bitte geben Sie der Empfehlung einen Titel.")), at_most(160)],
        filters=[tidy],
        description=_l("Kurz, so wie sie später genannt wird."),
    )
    text = TextAreaField(
        _l("Wortlaut"),
        [needed(_l("Bitte schreiben Sie, was der Bürgerrat empfiehlt.")), at_most(TEXT_LIMIT)],
        filters=[tidy],
        description=_l("Wer soll was bis wann tun?"),
    )
    rationale = TextAreaField(
        _l("Begründung"),
        [needed(_l("Bitte nennen Sie mindestens einen Grund.")), at_most(TEXT_LIMIT)],
        filters=[tidy],
        description=_l("Jeder Grund in einer eigenen Zeile."),
    )

    def wording(self) -> Wording:
        return Wording(self.title.data, self.text.data, self.rationale.data)


class VersionForm(WordingForm):
    change_note = StringField(
        _l("Was ist neu?"),
        [needed(_l("Bitte schreiben Sie kurz, was sich geändert hat.")), at_most(300)],
        filters=[tidy],
        description=_l("Ein Satz für alle, die später vergleichen."),
    )
    base = HiddenField(validators=[needed(_l("Bitte laden Sie die Seite neu."))])

    def base_number(self) -> int:
        return int(self.base.data) if self.base.data.isdecimal() else 0


class StanceForm(Form):
    stance = RadioField(
        _l("Was sagt die Karte zur Empfehlung?"),
        [needed(_l("Bitte wählen Sie aus."))],
        choices=choices(words.STANCES.items()),
        default="supports",
    )


class BallotForm(Form):
    """How will be counted; fixed before the vote."""

    base = RadioField(
        _l("Wovon wird gerechnet?"),
        [needed(_l("Bitte wählen Sie aus."))],
        choices=choices((str(key), label) for key, label in tally.BASE_LABELS.items()),
        default="valid",
    )
    threshold = RadioField(
        _l("Welche Mehrheit ist nötig?"),
        [needed(_l("Bitte wählen Sie aus."))],
        choices=choices(
            [*tally.THRESHOLD_LABELS.items(), ("percent", _l("eigener Anteil in Prozent"))]
        ),
        default="simple",
    )
    percent = IntegerField(
        _l("Eigener Anteil in Prozent"),
        [Optional(), NumberRange(1, 100, _l("Bitte eine Zahl von 1 bis 100 eintragen."))],
        description=_l("Nur, wenn Sie „eigener Anteil“ gewählt haben."),
    )
    quorum = IntegerField(
        _l("Wie viel Prozent müssen anwesend sein?"),
        [Optional(), NumberRange(0, 100, _l("Bitte eine Zahl von 0 bis 100 eintragen."))],
        description=_l("0, wenn es keine Mindestzahl gibt."),
        default=0,
    )
    secret = RadioField(
        _l("Wie wird abgestimmt?"),
        [needed(_l("Bitte wählen Sie aus."))],
        choices=choices(
            [("yes", _l("geheim, mit Stimmzetteln")), ("no", _l("offen, mit Handzeichen"))]
        ),
        default="yes",
    )
    present = count(_l("Anwesende Mitglieder"), _l("Wie viele Mitglieder sind da?"))
    entitled = count(_l("Stimmberechtigte Mitglieder"), _l("Wie viele dürfen abstimmen?"))

    def validate_threshold(self, field: RadioField) -> None:
        if field.data == "percent" and not self.percent.data:
            raise ValidationError(_("Bitte tragen Sie den eigenen Anteil in Prozent ein."))

    def validate_present(self, field: IntegerField) -> None:
        _check_votes(0, 0, 0, field.data, self.entitled.data)

    def rules(self) -> Rules:
        return Rules(
            base=self.base.data,
            threshold=self.threshold.data,
            percent=self.percent.data if self.threshold.data == "percent" else None,
            quorum=self.quorum.data or 0,
            secret=self.secret.data == "yes",
        )


class ResultForm(Form):
    yes = count(_l("Ja"), _l("Wie viele haben mit Ja gestimmt?"))
    no = count(_l("Nein"), _l("Wie viele haben mit Nein gestimmt?"))
    abstain = count(_l("Enthaltungen"), _l("Wie viele haben sich enthalten?"))
    present = count(_l("Anwesende Mitglieder"), _l("Wie viele Mitglieder waren da?"))
    entitled = count(_l("Stimmberechtigte Mitglieder"), _l("Wie viele durften abstimmen?"))

    def validate_present(self, field: IntegerField) -> None:
        _check_votes(self.yes.data, self.no.data, self.abstain.data, field.data, self.entitled.data)


def _check_votes(*numbers: int | None) -> None:
    """The sentence of `tally`, when the numbers cannot be true together."""
    given = [number for number in numbers if number is not None]
    if len(given) < len(numbers):
        return  # an empty field has its own message
    try:
        tally.Votes(*given)
    except ValueError as error:
        raise ValidationError(str(error)) from None


class MinorityForm(Form):
    text = TextAreaField(
        _l("Sondervotum"),
        [needed(_l("Bitte tragen Sie den Text ein.")), at_most(TEXT_LIMIT)],
        filters=[tidy],
        description=_l("Es steht ohne Namen unter der Empfehlung im Gutachten."),
    )
    supporters = IntegerField(
        _l("Getragen von so vielen Mitgliedern"),
        [
            InputRequired(_l("Wie viele Mitglieder tragen das Sondervotum?")),
            NumberRange(1, 100_000, _l("Mindestens ein Mitglied trägt ein Sondervotum.")),
        ],
    )


class ReportForm(Form):
    preface = TextAreaField(
        _l("Vorwort"),
        [at_most(TEXT_LIMIT)],
        filters=[tidy],
        description=_l("Ohne Vorwort lässt sich das Gutachten nicht übergeben."),
    )
    course = TextAreaField(
        _l("Wie der Bürgerrat gearbeitet hat"),
        [at_most(TEXT_LIMIT)],
        filters=[tidy],
        description=_l("Die Sitzungen mit Ort, Programm und Anwesenden kommen von selbst dazu."),
    )
    imprint = TextAreaField(
        _l("Moderation und Mitwirkung"),
        [at_most(2000)],
        filters=[tidy],
        description=_l("Anschrift und Kontakt der Stadt stehen schon im Impressum."),
    )
    base = HiddenField()

    def texts(self) -> Texts:
        return Texts(self.preface.data, self.course.data, self.imprint.data)

    def base_number(self) -> int:
        return int(self.base.data) if (self.base.data or "").isdecimal() else -1


def _due_when_adopted(form: Form, field: DateField) -> None:
    """Stands before Optional(), which would end the chain for an empty field."""
    if form.decision.data in WILL_BE_DONE and not any(field.raw_data or ()):
        field.errors = []  # an empty field is no wrong date
        raise StopValidation(_("Bis wann soll es fertig sein? Zum Beispiel 31.12.2027."))


class AnswerForm(Form):
    """The council's answer. What is adopted needs somebody who does it, and a date."""

    decision = RadioField(
        _l("Beschluss"),
        [needed(_l("Bitte wählen Sie, was der Rat beschlossen hat."))],
        choices=choices(words.DECISIONS.items()),
    )
    reason = TextAreaField(
        _l("Begründung"),
        [at_most(TEXT_LIMIT)],
        filters=[tidy],
        description=_l(
            "Pflicht, außer bei „Angenommen“. Schreiben Sie so, dass es die Mitglieder des "
            "Bürgerrats verstehen. Der Text wird veröffentlicht."
        ),
    )
    lead_department = StringField(_l("Zuständiges Amt"), [at_most(120)], filters=[tidy])
    due_on = DateField(_l("Frist"), [_due_when_adopted, Optional()])
    work = SelectField(
        _l("Stand der Arbeit"),
        choices=choices([("", _l("unverändert")), *words.WORK.items()]),
        default="",
    )
    decided_on = DateField(_l("Beschlossen am"), [Optional()])
    paper_reference = StringField(_l("Vorlage"), [at_most(60)], filters=[tidy])
    seen = HiddenField()

    def validate_reason(self, field: TextAreaField) -> None:
        if self.decision.data not in (None, "adopted") and not field.data:
            raise ValidationError(_("Warum so? Außer bei „Angenommen“ gehört ein Grund dazu."))

    def validate_lead_department(self, field: StringField) -> None:
        if self.decision.data in WILL_BE_DONE and not field.data:
            raise ValidationError(_("Wer kümmert sich darum? Zum Beispiel „Bauamt“."))

    def validate_work(self, field: SelectField) -> None:
        if field.data == "stopped":
            raise ValidationError(
                _("„Eingestellt“ tragen Sie mit Begründung in der Umsetzung ein.")
            )

    def result(self) -> Decision:
        return Decision(
            decision=self.decision.data,
            reason=self.reason.data,
            lead_department=self.lead_department.data,
            due_on=self.due_on.data,
            decided_on=self.decided_on.data,
            paper_reference=self.paper_reference.data,
        )

    def seen_number(self) -> int:
        return int(self.seen.data) if (self.seen.data or "").isdecimal() else -1


class ProgressForm(Form):
    status = RadioField(
        _l("Stand der Arbeit"),
        [needed(_l("Bitte wählen Sie den Stand."))],
        choices=choices(words.WORK.items()),
    )
    text = TextAreaField(
        _l("Was ist geschehen?"),
        [at_most(TEXT_LIMIT)],
        filters=[tidy],
        description=_l("Ein, zwei Sätze. Der Text wird veröffentlicht."),
    )

    def validate_text(self, field: TextAreaField) -> None:
        if self.status.data == "stopped" and not field.data:
            raise ValidationError(_("Warum wird nicht weitergearbeitet? Bitte einen Satz dazu."))
