"""What goes wrong says what happened, what was kept and what to do next."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from buergerrat.crypto import KeyDestroyed
from buergerrat.db import db
from buergerrat.web import Conflict

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(KeyDestroyed, _key_destroyed)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, title: str, text: str, reference: str = "") -> ResponseReturnValue:
    """The error page; what the person typed stands on it, to copy."""
    db.session.rollback()
    hidden = {"csrf_token", "form_token", "password", "code", "totp"}
    typed = [v for k, v in request.form.items() if k not in hidden and len(v) > 20]
    return (
        render_template("error.html", title=title, text=text, typed=typed, reference=reference),
        status,
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    if error.response is not None:
        return error.response
    texts = {
        400: (
            _("Das Formular kam nicht von dieser Seite"),
            _(
                "Vielleicht war die Seite lange offen. Laden Sie sie neu und senden Sie noch einmal."
            ),
        ),
        403: (
            _("Dafür haben Sie keine Berechtigung"),
            _("Ihr Konto darf diese Seite nicht öffnen. Es wurde nichts verändert."),
        ),
        404: (
            _("Diese Seite gibt es nicht"),
            _("Prüfen Sie die Adresse oder beginnen Sie auf der Startseite."),
        ),
        405: (
            _("So lässt sich diese Seite nicht aufrufen"),
            _("Gehen Sie zurück und benutzen Sie den Knopf auf der Seite."),
        ),
        413: (
            _("Die Datei ist zu groß"),
            _("Es wurde nichts gespeichert. Bitten Sie um einen Auszug mit weniger Spalten."),
        ),
        429: (
            _("Zu viele Versuche"),
            _("Bitte warten Sie einige Minuten. Es wurde nichts verändert."),
        ),
    }
    fallback = (_("Das hat nicht geklappt"), _("Es wurde nichts verändert."))
    title, text = texts.get(error.code or 0, fallback)
    return page(error.code or 400, title, text)


def _conflict(error: Conflict) -> ResponseReturnValue:
    return page(409, _("Das passt nicht mehr zusammen"), str(error))


def _database(error: OperationalError) -> ResponseReturnValue:
    log.error("database: %s", error.orig.__class__.__name__)
    return page(
        503,
        _("Gerade kann nichts gespeichert werden"),
        _(
            "Die Datenbank antwortet nicht, oder der Speicherplatz ist voll. Was schon gespeichert "
            "war, ist unversehrt. Bitte versuchen Sie es in einer Minute noch einmal."
        ),
    )


def _key_destroyed(_error: KeyDestroyed) -> ResponseReturnValue:
    return page(
        410,
        _("Diese Daten sind gelöscht"),
        _("Die Aufbewahrungsfrist ist abgelaufen. Das Losprotokoll bleibt prüfbar."),
    )


def _unexpected(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("unexpected", exc_info=error, extra={"reference": reference})
    return page(
        500,
        _("Hier ist uns ein Fehler passiert"),
        _(
            "Was zuletzt als gespeichert angezeigt wurde, ist gespeichert. Ihre letzte Eingabe "
            "wurde nicht übernommen. Bitte versuchen Sie es noch einmal."
        ),
        reference,
    )
