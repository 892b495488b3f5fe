"""The wheel is enough: built, installed into an empty environment, it serves a page."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROBE = """
from buergerrat import create_app
import buergerrat, flask_migrate
assert {root!r} not in buergerrat.__file__
app = create_app()
with app.app_context():
    flask_migrate.upgrade()
client = app.test_client()
page = client.get("/anmelden")
assert page.status_code == 200, page.status_code
assert "Anmelden" in page.text
for path in ("/static/css/base.css", "/static/vendor/kern/kern.min.css"):
    assert client.get(path).status_code == 200, path
assert "Sign in" in client.get("/anmelden?sprache=en").text
print("served")
"""


@pytest.mark.slow
def test_an_installed_wheel_serves_a_page(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    # The dependencies come from this environment; the project itself only from the wheel.
    libraries = next(p for p in sys.path if p.endswith("site-packages"))
    install = [str(python), "-m", "pip", "install", "-q", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    env = {"PATH": os.environ["PATH"], "BUERGERRAT_DATA": str(tmp_path / "data")}
    code = f"import sys; sys.path.append({libraries!r})\n{PROBE.format(root=str(ROOT))}"
    run = subprocess.run(
        [str(python), "-c", code],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.strip().endswith("served")
