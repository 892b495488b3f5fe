"""What goes wrong says what happened, what was kept and what to do next."""

from __future__ import annotations

import errno
import logging
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2 import TemplateError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from buergerrat.crypto import KeyDestroyed
from buergerrat.db import db, set_writing
from buergerrat.web import Conflict

log = logging.getLogger(__name__)
NOT_TYPED = (
    "csrf_token",
    "form_token",
    "weiter",
    "resume",
    "sealed",
    "aufgehoben",
    "geoeffnet",
    "wessen",
)
SECRET = ("password", "passphrase", "passwort", "code", "totp", "token")


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _after_letting_go(_http))
    app.register_error_handler(Conflict, _after_letting_go(_conflict))
    app.register_error_handler(OperationalError, _after_letting_go(_database))
    app.register_error_handler(IntegrityError, _after_letting_go(_overtaken))
    app.register_error_handler(OverflowError, _after_letting_go(_unstorable))
    app.register_error_handler(DataError, _after_letting_go(_unstorable))
    app.register_error_handler(OSError, _after_letting_go(_disk))
    app.register_error_handler(KeyDestroyed, _after_letting_go(_key_destroyed))
    app.register_error_handler(Exception, _after_letting_go(_unexpected))


def _after_letting_go(
    handler: Callable[[Any], ResponseReturnValue],
) -> Callable[[Exception], ResponseReturnValue]:
    """First undo the work and free the write lock: even the page's language needs a look into
    the database."""

    def handle(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        set_writing(False)
        return handler(error)

    return handle


def page(status: int, title: str, text: str, reference: str = "") -> ResponseReturnValue:
    """The error page; what the person typed stands on it, to copy."""
    try:
        return (
            render_template(
                "error.html", title=title, text=text, typed=typed(), reference=reference
            ),
            status,
        )
    except (
        SQLAlchemyError,
        TemplateError,
        OSError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:
        log.error("error page", exc_info=error, extra={"reference": reference})
        return _plain(status, title, text, reference)


def _plain(status: int, title: str, text: str, reference: str) -> Response:
    """The page itself is broken: the sentence and what was typed, as plain text."""
    lines = [title, "", text, *([reference] if reference else []), *typed()]
    response = Response("\n".join(lines) + "\n", status, mimetype="text/plain")
    g.personal = True
    return response


def typed() -> list[str]:
    """Longer texts of the form that was sent, without secrets."""
    try:
        form = request.form
    except HTTPException:
        return []
    return [
        value
        for key, value in form.items(multi=True)
        if key not in NOT_TYPED and not any(word in key for word in SECRET) and len(value) > 20
    ]


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    if error.response is not None:
        return error.response
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, OperationalError):
        return _database(cause)
    if cause is not None:
        return _unexpected(cause)
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


def _overtaken(error: IntegrityError) -> ResponseReturnValue:
    log.warning("constraint", exc_info=error)
    db.session.rollback()  # before the texts: choosing their language looks up the account
    return page(
        409,
        _("Das passt nicht mehr zusammen"),
        _("Jemand anderes war im selben Augenblick schneller. Bitte sehen Sie nach."),
    )


def _unstorable(error: Exception) -> ResponseReturnValue:
    """A number that no column holds; PostgreSQL refuses longer texts the same way."""
    log.warning("unstorable", exc_info=error)
    return page(400, _("Das hat nicht geklappt"), _("Es wurde nichts verändert."))


def _database(error: OperationalError) -> ResponseReturnValue:
    log.error("database: %s", error.orig.__class__.__name__)
    return _cannot_save()


def _disk(error: OSError) -> ResponseReturnValue:
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return _unexpected(error)
    log.error("disk: %s", errno.errorcode[error.errno])
    return _cannot_save()


def _cannot_save() -> ResponseReturnValue:
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
