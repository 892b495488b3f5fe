"""The log's actions in German words; an action without a word shows its own name."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from buergerrat.audit import AuditEntry

ACTIONS: dict[str, Any] = {
    "sign_in": _l("Angemeldet"),
    "look": _l("Personendaten angesehen"),
    "export": _l("Personendaten ausgegeben"),
    "erase": _l("Personendaten gelöscht"),
    "key_destroyed": _l("Schlüssel vernichtet"),
    "create": _l("Angelegt"),
    "change": _l("Geändert"),
    "delete": _l("Gelöscht"),
    "publish": _l("Veröffentlicht"),
    "unpublish": _l("Nicht mehr öffentlich"),
    "draw": _l("Gelost"),
    "role_given": _l("Rolle gegeben"),
    "role_withdrawn": _l("Rolle entzogen"),
    "user_invited": _l("Konto eingeladen"),
    "user_disabled": _l("Konto gesperrt"),
    "user_enabled": _l("Konto entsperrt"),
    "second_factor_on": _l("Zweiter Faktor eingerichtet"),
    "second_factor_off": _l("Zweiter Faktor abgeschaltet"),
    "second_factor_reset": _l("Zweiter Faktor zurückgesetzt"),
    "town_changed": _l("Angaben der Stadt geändert"),
    "link_made": _l("Einladungslink erstellt"),
}
OBJECTS: dict[str, Any] = {
    "user": _l("Konto"),
    "assembly": _l("Bürgerrat"),
    "invitee": _l("Angeschriebene"),
    "extract": _l("Auszug"),
    "reply": _l("Antwort"),
    "letters": _l("Briefe"),
    "member": _l("Mitglied"),
    "quota": _l("Quote"),
    "draw": _l("Losung"),
    "lottery": _l("Losung"),
    "session": _l("Sitzung"),
    "note": _l("Karte"),
    "recommendation": _l("Empfehlung"),
    "ballot": _l("Abstimmung"),
    "report": _l("Gutachten"),
    "answer": _l("Antwort des Stadtrats"),
}

FIELDS: dict[str, Any] = {
    "count": _l("Anzahl"),
    "reason": _l("Grund"),
    "role": _l("Rolle"),
    "fields": _l("Angaben"),
    "moved": _l("verschobene Zusagen"),
    "from": _l("vorher"),
    "to": _l("nachher"),
    "by": _l("durch"),
    "seed": _l("Startwert"),
    "number": _l("Nummer"),
    "commitment": _l("Prüfsumme"),
    "second_factor": _l("zweiter Faktor"),
}


def action(name: str) -> str:
    return str(ACTIONS.get(name, name))


def subject(entry: AuditEntry) -> str:
    return f"{OBJECTS.get(entry.object_type, entry.object_type)} {entry.object_id}".strip()


def detail(entry: AuditEntry) -> str:
    """What it was about, and the numbers that belong to it; the log knows no names."""
    parts = [
        subject(entry),
        *(f"{FIELDS.get(k, k)}: {_shown(v)}" for k, v in sorted(entry.detail.items())),
    ]
    return " · ".join(parts)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_l("ja") if value else _l("nein"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
