"""`buergerrat demo`: build the demo once, then serve it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import flask_migrate

from buergerrat import __version__, create_app, serving
from buergerrat.config import FILES, Settings
from buergerrat.db import db, utcnow
from buergerrat.demo import accounts, walk
from buergerrat.formats import BERLIN

Say = Callable[[str], None]


def run(host: str, port: int, say: Say) -> None:
    """Build what is missing, print address and accounts, serve until interrupted."""
    data = Path(os.environ.get("BUERGERRAT_DATA", "instance")).resolve() / "demo"
    base_url = f"http://{host}:{port}"
    os.environ |= {
        "BUERGERRAT_DATA": str(data),
        "BUERGERRAT_DEMO": "1",
        "BASE_URL": base_url,
        "DATABASE_URL": f"sqlite:///{data / 'buergerrat.db'}",
        "QUEUE_URL": f"sqlite:///{data / 'queue.db'}",
    }
    if _fingerprint(data) != _wanted():
        build(data, base_url, say)
    password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
    app = create_app(Settings.from_env())
    with app.app_context():
        accounts.set_up(password)
        in_pot, to_answer = walk.sample_code(), walk.open_code()
    _announce(base_url, password, in_pot, to_answer, say)
    serving.serve(app, host, port)


def _wanted() -> str:
    """What the demo is built by; another program or database layout means building anew."""
    migrations = sorted(p.name for p in (FILES / "migrations" / "versions").glob("*.py"))
    return json.dumps([__version__, walk.EDITION, migrations])


def _fingerprint(data: Path) -> str:
    marker = data / "built.json"
    return marker.read_text() if marker.exists() else ""


def build(data: Path, base_url: str, say: Say) -> None:
    """Build beside the place where it belongs; move it there when it is whole."""
    part = data.with_name(data.name + ".part")
    for leftover in (part, data):
        shutil.rmtree(leftover, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    started = time.monotonic()
    settings = Settings.from_env(
        {
            **os.environ,
            "BUERGERRAT_DATA": str(part),
            "DATABASE_URL": f"sqlite:///{part}/buergerrat.db",
        }
    )
    app = create_app(replace(settings, queue_url="memory:", base_url=base_url))
    with app.app_context():
        flask_migrate.upgrade()
        walk.build(utcnow().astimezone(BERLIN).date(), say)
        db.session.remove()
        db.engine.dispose()
    (part / "built.json").write_text(_wanted())
    part.rename(data)
    say(f"Gebaut in {time.monotonic() - started:.0f} Sekunden.")


def _announce(base_url: str, password: str, in_pot: str, to_answer: str, say: Say) -> None:
    say("")
    say(f"Bürgerrat läuft:  {base_url}/")
    say(f"Anmelden:         {base_url}/anmelden")
    for account in accounts.ACCOUNTS:
        say(f"  {account.task:<17} {account.email}")
    say(f"Passwort für alle: {password}")
    say(f"War ich im Lostopf? Ein Code zum Ausprobieren: {in_pot}")
    say(f"Eine Einladung beantworten ({base_url}/antwort): {to_answer}")
    say("Alle Personen sind erfunden. Ohne zweiten Faktor: nur für die Demo.")
    say("Beenden mit Strg+C.")
