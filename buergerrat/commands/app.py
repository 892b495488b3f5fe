"""Commands that need the application: server, worker, demo, accounts, the log."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from typing import ParamSpec

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from buergerrat import audit, create_app, logs
from buergerrat.accounts import passwords
from buergerrat.accounts.models import ASSEMBLY_ROLES, Municipality, Role, User
from buergerrat.accounts.services import users
from buergerrat.db import db, writing
from buergerrat.web import Conflict

P = ParamSpec("P")


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Known mistakes become one sentence and exit status 1, never a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except OperationalError as error:
            click.echo(f"Die Datenbank antwortet nicht: {error.orig}", err=True)
            raise SystemExit(1) from error
        except (Conflict, ValueError, OSError) as error:
            click.echo(f"Das ging nicht: {error}", err=True)
            raise SystemExit(1) from error

    return run


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Adresse, auf der gehört wird."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
@explained
def serve(host: str, port: int) -> None:
    """Die Anwendung mit ihrem Arbeiter starten. Bringt zuerst die Datenbank auf den Stand."""
    from buergerrat import serving

    logs.setup()
    serving.serve(create_app(), host, port)


@click.command()
@click.option("--parent", type=int, hidden=True)
@explained
def worker(parent: int | None) -> None:
    """Nur den Arbeiter starten, der Aufträge ausführt."""
    logs.setup()
    app = create_app()
    from buergerrat import worker as work

    work.run(app, parent=parent)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
@explained
def demo(host: str, port: int) -> None:
    """Einen erfundenen Bürgerrat durch alle Schritte führen und zeigen."""
    from buergerrat.demo import run

    run.run(host, port, click.echo)


@click.group()
def user() -> None:
    """Konten."""


@user.command("add")
@click.option("--email", required=True, help="E-Mail-Adresse, zugleich Anmeldename.")
@click.option("--name", required=True, help="Vor- und Nachname.")
@click.option("--role", required=True, type=click.Choice([r.value for r in Role]), help="Rolle.")
@click.option("--town", "town_slug", help="Kürzel der Stadt; außer für die Rolle system nötig.")
@click.option(
    "--assembly", "assembly_slug", help="Kürzel des Bürgerrats, für facilitator, observer."
)
@click.option("--ask-password", is_flag=True, help="Passwort eintippen statt eines erzeugen.")
@explained
def add_user(
    email: str,
    name: str,
    role: str,
    town_slug: str | None,
    assembly_slug: str | None,
    ask_password: bool,
) -> None:
    """Ein Konto anlegen oder einem Konto eine Rolle geben."""
    with create_app().app_context():
        town = _town(town_slug, role)
        assembly_id = _assembly(town, assembly_slug, role)
        password = _password(email, ask_password)
        password_hash = passwords.make(password)
        with writing():
            person = db.session.scalar(select(User).where(User.email == email.strip().lower()))
            is_new = person is None or person.password_hash is None
            if person is None:
                person = User(email=email.strip().lower(), name=name)
                db.session.add(person)
                db.session.flush()
                audit.log("user_added", "user", person.id)
            if is_new:
                person.password_hash = password_hash
            users.give(person, Role(role), town, assembly_id)
    click.echo(f"Konto: {email.strip().lower()}, Rolle: {role}")
    if is_new and not ask_password:
        click.echo(f"Passwort: {password}")
    elif not is_new:
        click.echo("Das Konto gab es schon; sein Passwort bleibt.")


@click.group("audit")
def audit_group() -> None:
    """Das Protokoll."""


@audit_group.command("verify")
@explained
def verify_audit() -> None:
    """Prüfen, ob die Kette des Protokolls unversehrt ist."""
    with create_app().app_context():
        problems = audit.verify()
        head = audit.head_hash()
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)
    click.echo(f"Die Kette ist unversehrt. Prüfsumme des letzten Eintrags: {head}")


def _town(slug: str | None, role: str) -> Municipality | None:
    if role == Role.SYSTEM:
        if slug:
            raise click.UsageError("Die Rolle system gilt für die ganze Installation: ohne --town.")
        return None
    if not slug:
        raise click.UsageError(f"Die Rolle {role} braucht --town.")
    town = db.session.scalar(select(Municipality).where(Municipality.slug == slug))
    if town is None:
        raise click.UsageError(f"Die Stadt „{slug}“ gibt es nicht.")
    return town


def _assembly(town: Municipality | None, slug: str | None, role: str) -> int | None:
    if role not in ASSEMBLY_ROLES:
        if slug:
            raise click.UsageError(f"Die Rolle {role} gilt für die ganze Stadt: ohne --assembly.")
        return None
    if not slug or town is None:
        raise click.UsageError(f"Die Rolle {role} braucht --assembly.")
    found = next((a.id for a in town.assemblies if a.slug == slug), None)
    if found is None:
        raise click.UsageError(f"Den Bürgerrat „{slug}“ gibt es in dieser Stadt nicht.")
    return int(found)


def _password(email: str, ask: bool) -> str:
    if not ask:
        return secrets.token_urlsafe(15)
    password: str = click.prompt("Passwort", hide_input=True, confirmation_prompt=True)
    objection = passwords.objection(password, email)
    if objection:
        raise click.UsageError(objection)
    return password
