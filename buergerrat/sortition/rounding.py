"""From shares to a list of equally likely panels whose counts come as near as whole numbers can."""

import numpy as np

from .columns import Columns, Mixture, Tick
from .pool import Panel
from .solver import Array

PASSES = 6
SEARCHED = 1500  # panels compared with each other when one is exchanged for another


def round_panels(columns: Columns, mixture: Mixture, number: int, tick: Tick) -> list[Panel]:
    """Return `number` panels whose seats per class come close to number·chances."""
    sizes = columns.pool.sizes.astype(np.float64)
    wanted = number * mixture.chances * sizes
    copies = np.floor(number * mixture.shares + 1e-7).astype(int)
    panels = [
        panel for panel, times in zip(mixture.panels, copies, strict=True) for _ in range(times)
    ]
    panels = panels[:number]
    panels += _owed(columns, wanted, panels, number - len(panels), sizes)
    excess = np.sum(panels, axis=0) - wanted
    for _ in range(PASSES):
        changed = _exchange(columns, panels, excess, sizes)
        changed += _swap(columns, panels, excess, sizes, tick)
        if not changed:
            break
    return panels


def _owed(
    columns: Columns, wanted: Array, given: list[Panel], rest: int, sizes: Array
) -> list[Panel]:
    """Spend what is still owed, panel by panel, over the panels that are known."""
    if rest <= 0:
        return []
    stack = np.array(columns.panels)
    spent = np.sum(given, axis=0) if given else np.zeros(len(wanted))
    step = (wanted - spent) / rest
    owed = np.zeros(len(wanted))
    chosen = []
    for _ in range(rest):
        owed += step
        start = columns.panels[int(np.argmax(stack @ (owed / sizes)))]
        panel = columns.swapper.ascend(start, owed / sizes)
        columns.add(panel)
        chosen.append(panel)
        owed -= panel
    return chosen


def _exchange(columns: Columns, panels: list[Panel], excess: Array, sizes: Array) -> int:
    """Exchange whole panels for known ones while the squared excess per person shrinks."""
    stack = np.array(columns.panels[-SEARCHED:], dtype=np.float64)
    scaled = stack / sizes
    norms = (stack * scaled).sum(axis=1)
    changed = 0
    for place, panel in enumerate(panels):
        without = excess - panel
        change = norms + 2 * (scaled @ without)
        best = int(np.argmin(change))
        now = float(panel / sizes @ panel + 2 * (panel / sizes) @ without)
        if change[best] < now - 1e-6:
            panels[place] = stack[best].astype(np.int64)
            excess += panels[place] - panel
            changed += 1
    return changed


def _swap(columns: Columns, panels: list[Panel], excess: Array, sizes: Array, tick: Tick) -> int:
    """Swap single seats inside panels while the squared excess per person shrinks."""
    changed = 0
    for place, panel in enumerate(panels):
        tick()
        while True:
            leaving = np.flatnonzero(panel > 0)
            gain = ((2 * excess - 1) / sizes)[leaving][None, :] - ((2 * excess + 1) / sizes)[
                :, None
            ]
            if gain.max() <= 1e-6:
                break
            gain[~columns.swapper.allowed(panel, leaving)] = -1.0
            entering, position = divmod(int(gain.argmax()), len(leaving))
            if gain[entering, position] <= 1e-6:
                break
            panel = panel.copy()
            panel[entering] += 1
            panel[leaving[position]] -= 1
            excess[entering] += 1
            excess[leaving[position]] -= 1
            panels[place] = panel
            changed += 1
    return changed
