"""Run one measurement in a fresh process, and describe the machine."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pools import Source

from buergerrat.config import VERSION

HERE = Path(__file__).parent
Figures = dict[str, Any]


def run(python: str, script: str, pool: Source, limit: float) -> Figures:
    """Return what the script measured, with `process`: seconds from start to end of all of it.

    {"over": seconds of the processor} where time ran out, {"failed": last line} where it ended with an error.
    """
    command = [python, str(HERE / script), str(pool.folder), str(pool.seats)]
    started, before = time.perf_counter(), _children()
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {"over": _children() - before}
    process = time.perf_counter() - started
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or [f"Status {ended.returncode}"]
        return {"failed": lines[-1]}
    figures: Figures = json.loads(ended.stdout.splitlines()[-1])
    return figures | {"process": process}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peer_versions(python: str) -> dict[str, str] | None:
    """The versions of the peer and its solver; None where the interpreter has no peer."""
    command = [python, str(HERE / "peer.py"), "--version"]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except OSError:
        return None
    if ended.returncode:
        return None
    versions: dict[str, str] = json.loads(ended.stdout)
    return versions


def machine() -> dict[str, str]:
    """Words and versions that say where and with what the figures were measured."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "Kerne": str(cores),
        "Prozessor": _cpu(),
        "Arbeitsspeicher": f"{memory:.0f} GiB",
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "Bürgerrat": VERSION,
        "highspy": version("highspy"),
        "numpy": version("numpy"),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unbekannt"
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else "unbekannt"
