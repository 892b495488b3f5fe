"""The `buergerrat` command."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from buergerrat import audit, create_app, logs
from buergerrat.accounts import passwords
from buergerrat.accounts.models import ASSEMBLY_ROLES, Municipality, Role, User
from buergerrat.accounts.services import users
from buergerrat.db import db, writing
from buergerrat.web import Conflict


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Ein Bürgerrat vom Melderegister bis zur Antwort des Stadtrats."""


@cli.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Adresse, auf der gehört wird."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
def serve(host: str, port: int) -> None:
    """Die Anwendung mit ihrem Arbeiter starten. Bringt zuerst die Datenbank auf den Stand."""
    from buergerrat import serving

    logs.setup()
    serving.serve(create_app(), host, port)


@cli.command()
@click.option("--parent", type=int, hidden=True)
def worker(parent: int | None) -> None:
    """Nur den Arbeiter starten, der Aufträge ausführt."""
    logs.setup()
    app = create_app()
    from buergerrat import worker as work

    work.run(app, parent=parent)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
def demo(host: str, port: int) -> None:
    """Einen erfundenen Bürgerrat durch alle Schritte führen und zeigen."""
    from buergerrat.demo import run

    run.run(host, port, click.echo)


@cli.group()
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


@cli.group("audit")
def audit_group() -> None:
    """Das Protokoll."""


@audit_group.command("verify")
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


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--expect", help="Prüfsumme, die zuvor veröffentlicht wurde.")
def verify(path: Path, expect: str | None) -> None:
    """Ein Losprotokoll nachrechnen."""
    from buergerrat.sortition import verify as checker

    arguments = [str(path), *([expect] if expect else [])]
    raise SystemExit(checker.main(arguments))


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


def main() -> None:
    """Known mistakes become one sentence and an exit status, never a traceback."""
    sys.exit(_explained(lambda: cli.main(standalone_mode=True)))


def _explained(command: Callable[[], Any]) -> int:
    try:
        command()
    except OperationalError as error:
        click.echo(f"Die Datenbank antwortet nicht: {error.orig}", err=True)
    except (Conflict, ValueError, OSError) as error:
        click.echo(f"Das ging nicht: {error}", err=True)
    else:
        return 0
    return 1


if __name__ == "__main__":
    main()
