"""Settings from the environment, each with a safe default."""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

VERSION = "0.1.0"
SOFTWARE = f"buergerrat {VERSION}"
PACKAGE = Path(__file__).resolve().parent
FILES = PACKAGE / "_files" if (PACKAGE / "_files").is_dir() else PACKAGE.parent


def versions() -> str:
    """What a lottery is computed with: the same versions and inputs give the same lists."""
    used = [f"{name} {metadata.version(name)}" for name in ("highspy", "numpy")]
    return ", ".join([SOFTWARE, *used, f"Python {platform.python_version()}"])


@dataclass(frozen=True)
class Settings:
    """What an installation can choose. `data` holds database, keys and files."""

    data: Path
    database_url: str = field(repr=False)  # may hold a password
    secret_key: str = field(repr=False)
    master_key: bytes = field(repr=False)
    base_url: str
    queue_url: str = field(repr=False)
    demo: bool = False
    behind_proxy: bool = False
    upload_limit: int = 512 * 1024 * 1024
    idle_minutes: int = 60
    absolute_hours: int = 12
    threads: int = 4

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        data = Path(env.get("BUERGERRAT_DATA", "instance")).resolve()
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        demo = env.get("BUERGERRAT_DEMO", "") == "1"
        if demo and env.get("BASE_URL", "").startswith("https://"):
            raise ValueError("Die Demo hat keinen zweiten Faktor und läuft nicht unter https.")
        return cls(
            data=data,
            database_url=env.get("DATABASE_URL", f"sqlite:///{data / 'buergerrat.db'}"),
            secret_key=env.get("SECRET_KEY") or _kept_secret(data / "secret.key").hex(),
            master_key=_master_key(env, data),
            base_url=env.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
            queue_url=env.get("QUEUE_URL", f"sqlite:///{data / 'queue.db'}"),
            demo=demo,
            behind_proxy=env.get("BEHIND_PROXY", "") == "1",
            upload_limit=int(env.get("UPLOAD_LIMIT_MB", "512")) * 1024 * 1024,
            idle_minutes=int(env.get("IDLE_MINUTES", "60")),
            absolute_hours=int(env.get("SESSION_HOURS", "12")),
            threads=int(env.get("THREADS", "4")),
        )

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")


def _master_key(env: Mapping[str, str], data: Path) -> bytes:
    """32 bytes that wrap every assembly's key; kept outside the database."""
    given = env.get("MASTER_KEY")
    key = bytes.fromhex(given) if given else _kept_secret(data / "master.key")
    if len(key) != 32:
        raise ValueError("MASTER_KEY: erwartet werden 64 Hexadezimalziffern (32 Bytes).")
    return key


def _kept_secret(path: Path) -> bytes:
    """Read 32 bytes from `path`, or make them once, readable by the owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_hex(32))
        out.flush()
        os.fsync(out.fileno())
    return bytes.fromhex(path.read_text().strip())
