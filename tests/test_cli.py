"""The command: what it does, and that mistakes become a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text

from buergerrat import audit, cli, jobs, worker
from buergerrat.accounts.models import Municipality, User
from buergerrat.assemblies.models import Assembly
from buergerrat.commands import app as commands
from buergerrat.db import db, utcnow, writing
from buergerrat.jobs import Job
from buergerrat.serving import WorkerWatch


@pytest.fixture
def command(app: Flask):
    def run(*arguments: str, input: str = "") -> Result:
        db.session.rollback()
        with patch.object(commands, "create_app", lambda: app):
            return CliRunner().invoke(cli.cli, arguments, input=input)

    return run


ANNA = ("user", "add", "--email", "Anna@Elbtal.example", "--name", "Anna")


def test_user_add_makes_an_account_and_prints_its_password(command, town: Municipality) -> None:
    result = command(*ANNA, "--role", "administration", "--town", "elbtal")
    assert result.exit_code == 0, result.output
    user = db.session.scalars(select(User)).one()
    assert user.email == "anna@elbtal.example"
    assert user.password_hash.startswith("$argon2id$")
    password = result.output.partition("Passwort: ")[2].strip()
    from buergerrat.accounts import passwords

    assert passwords.fits(user.password_hash, password)
    again = command(*ANNA, "--role", "council", "--town", "elbtal")
    assert "Das Konto gab es schon" in again.output
    db.session.refresh(user)
    assert len(user.assignments) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--role", "administration"), "braucht --town"),
        (("--role", "administration", "--town", "nirgends"), "gibt es nicht"),
        (("--role", "system", "--town", "elbtal"), "ganze Installation"),
        (("--role", "facilitator", "--town", "elbtal"), "braucht --assembly"),
        (("--role", "facilitator", "--town", "elbtal", "--assembly", "x"), "gibt es in dieser"),
        (("--role", "council", "--town", "elbtal", "--assembly", "x"), "ohne --assembly"),
        (
            (
                "--role",
                "king",
            ),
            "Invalid value",
        ),
    ],
)
def test_user_add_explains_mistakes(
    command, assembly: Assembly, arguments: tuple[str, ...], sentence: str
) -> None:
    result = command(*ANNA, *arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())
    assert db.session.scalars(select(User)).all() == []


def test_audit_verify_finds_a_change(command, app: Flask) -> None:
    with writing():
        audit.log("a", "thing", 1)
        audit.log("b", "thing", 2)
    good = command("audit", "verify")
    assert good.exit_code == 0
    assert audit.head_hash() in good.output
    with writing():
        db.session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        db.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        db.session.execute(text("DELETE FROM audit_entry WHERE id = 1"))
    bad = command("audit", "verify")
    assert bad.exit_code == 1
    assert "Eintrag 1 fehlt." in bad.output


def test_verify_says_what_is_wrong_with_a_file(command, tmp_path: Path) -> None:
    assert command("verify", str(tmp_path / "missing")).exit_code == 2
    (tmp_path / "leer").mkdir()
    result = command("verify", str(tmp_path / "leer"))
    assert result.exit_code not in (0, None)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_known_error_is_one_sentence(tmp_path: Path) -> None:
    env = {**os.environ, "BUERGERRAT_DATA": str(tmp_path), "MASTER_KEY": "00"}
    done = subprocess.run(
        [sys.executable, "-m", "buergerrat.cli", "audit", "verify"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Das ging nicht: MASTER_KEY")
    assert "Traceback" not in done.stderr


def test_every_command_is_found_and_says_what_it_does() -> None:
    for name in cli.COMMANDS:
        result = CliRunner().invoke(cli.cli, [name, "--help"])
        assert result.exit_code == 0
        assert "Usage: cli " + name in result.output
    assert CliRunner().invoke(cli.cli, ["tanzen"]).exit_code == 2


def test_lost_jobs_are_handed_to_the_queue_again(app: Flask) -> None:
    with writing():
        for age, state in ((60, "queued"), (1, "queued"), (60, "done")):
            db.session.add(
                Job(kind="x", state=state, created_at=utcnow() - age * worker.LOST_AFTER / 10)
            )
    taken: list[str] = []
    app.extensions["run_job"] = taken.append
    assert worker.requeue_lost(app) == 1
    assert len(taken) == 1


def test_what_is_due_is_registered() -> None:
    names = {due.function.__name__ for due in jobs.periodic}
    assert {"sweep_accounts", "sweep_files"} <= names


def test_the_chores_run_without_anything_to_do(app: Flask) -> None:
    for due in jobs.periodic:
        due.function()
    assert db.session.scalars(select(Job)).all() == []


def test_a_worker_that_dies_is_started_again_and_ends_with_the_watch(tmp_path: Path) -> None:
    watch, marks = watched(tmp_path)
    watch.start()
    # The file is there before the mark is in it: a worker killed in between leaves no mark.
    _until(lambda: marks.read_text() == "x")
    first = watch.child
    assert first is not None
    first.send_signal(signal.SIGKILL)
    _until(lambda: marks.read_text() == "xx")
    assert watch.starts == 2
    watch.end()
    watch.join(10)
    assert not watch.is_alive()
    assert watch.child is not None
    assert watch.child.poll() is not None


def test_no_worker_starts_once_the_watch_was_ended(tmp_path: Path) -> None:
    watch, marks = watched(tmp_path)
    watch.end()
    watch.start()
    watch.join(10)
    assert (watch.is_alive(), watch.child, watch.starts) == (False, None, 0)
    assert marks.read_text() == ""


def watched(folder: Path) -> tuple[WorkerWatch, Path]:
    """A watch over a worker that writes one mark when it starts."""
    marks = folder / "starts"
    marks.touch()
    script = f"import time; open({str(marks)!r}, 'a').write('x'); time.sleep(60)"
    return WorkerWatch([sys.executable, "-I", "-S", "-c", script]), marks


def _until(condition, seconds: float = 20) -> None:
    """Wait for another process; the test fails when it takes too long."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline
        pause.wait(0.05)
