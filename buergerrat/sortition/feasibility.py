"""What the quotas allow: ranges, conflicts, the smallest change, people left out.

Every answer is exact: the LP relaxation gives a bound quickly, and where it does not end in
whole people or at a panel already known, the integer program decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from .pool import Panel, Pool, Quota, panel_program, panel_rows
from .solver import INFINITE, INTEGRAL, Array, Program, whole
from .swaps import Swapper, stirred

Side = tuple[int, str]  # a quota's row, and "min" or "max"
STARTS = 4  # panels to try swaps from
ATTEMPTS = 24  # tries before the integer program is asked
PULL = 1.0  # how much the wanted seats weigh against the stirring, at first


class Feasible:
    """Asks for panels of one pool while quotas are switched off and on again."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.matrix, self.lower, self.upper = panel_rows(pool)
        self._now = (self.lower.copy(), self.upper.copy())
        self._relaxed = panel_program(pool, integer=False)
        self._integer: Program | None = None
        count = len(pool.quotas)
        self._swapper = Swapper(pool, self._now[0][:count], self._now[1][:count])
        self.known: list[Panel] = []

    def _set(self, row: int, lower: float, upper: float) -> None:
        self._now[0][row], self._now[1][row] = lower, upper
        self._relaxed.set_row(row, lower, upper)
        if self._integer:
            self._integer.set_row(row, lower, upper)

    def open(self, row: int, side: str = "both") -> None:
        """Leave a quota out, or only its minimum or maximum."""
        lower = self._now[0][row] if side == "max" else 0.0
        upper = self._now[1][row] if side == "min" else INFINITE
        self._set(row, lower, upper)

    def restore(self, row: int) -> None:
        """Put a quota back as it was."""
        self._set(row, self.lower[row], self.upper[row])

    def _exact(self) -> Program:
        if self._integer is None:
            caps = self.pool.caps.astype(np.float64)
            self._integer = Program(
                self.matrix, self._now, (np.zeros(len(caps)), caps), integer=True
            )
        return self._integer

    def _fits(self, panel: Panel) -> bool:
        sums = self.matrix @ panel
        return bool((sums >= self._now[0]).all() and (sums <= self._now[1]).all())

    def most(self, cost: Array) -> int | None:
        """Return the largest whole value of cost·panel over all panels, None without panel."""
        relaxed = self._relaxed.maximise(cost)
        if relaxed is None:
            return None
        bound = int(np.floor(relaxed.value + INTEGRAL))
        panel = whole(relaxed.columns)
        if panel is None:
            if self._reached(cost, bound):
                return bound
            exact = self._exact().maximise(cost)
            if exact is None:
                return None
            panel = np.rint(exact.columns).astype(np.int64)
        self.known.append(panel)
        return int(cost @ panel)

    def _reached(self, cost: Array, bound: int) -> bool:
        """Say whether a known panel, or one that swaps lead to, reaches the bound."""
        fitting = [known for known in self.known if self._fits(known)]
        if any(int(cost @ known) >= bound for known in fitting):
            return True
        for attempt in range(ATTEMPTS if fitting else 0):
            start = fitting[-1 - attempt % min(STARTS, len(fitting))]
            if attempt >= STARTS:
                start = self._swapper.ascend(start, PULL * cost + stirred(len(cost), attempt))
            better = self._swapper.ascend(start, cost)
            if int(cost @ better) >= bound:
                self.known.append(better)
                return True
        return False

    def possible(self) -> bool:
        """Say whether any panel meets what is switched on."""
        return self.most(np.zeros(len(self.pool.classes))) is not None


def row_range(ask: Feasible, row: int) -> tuple[int, int] | None:
    """Return fewest and most seats of a quota's value while the other quotas hold."""
    ask.open(row)
    cost = ask.matrix[row]
    most = ask.most(cost)
    fewest = None if most is None else ask.most(-cost)
    ask.restore(row)
    return None if most is None or fewest is None else (-fewest, most)


def conflict(ask: Feasible) -> list[Side]:
    """Return sides of quotas that contradict each other, none of which could be left out.

    Deletion filter: a side stays open as long as no panel appears without it.
    """
    rows = range(len(ask.pool.quotas))
    sides: list[Side] = [(row, side) for row in rows for side in ("min", "max")]
    pending = [side for side in sides if _binds(ask, side)]
    kept = _filtered(pending, lambda gone: _possible_without(ask, gone))
    for row in rows:
        ask.restore(row)
    return kept


def _binds(ask: Feasible, side: Side) -> bool:
    row, which = side
    if which == "min":
        return bool(ask.lower[row] > 0)
    return bool(ask.upper[row] < min(ask.pool.seats, ask.pool.pool_counts[row]))


def _possible_without(ask: Feasible, gone: Iterable[Side]) -> bool:
    opened = set(gone)
    for row in range(len(ask.pool.quotas)):
        lower = 0.0 if (row, "min") in opened else float(ask.lower[row])
        upper = INFINITE if (row, "max") in opened else float(ask.upper[row])
        ask._set(row, lower, upper)
    return ask.possible()


def _filtered(pending: list[Side], possible: Callable[[list[Side]], bool]) -> list[Side]:
    """Drop sides in halves while what is left still contradicts itself."""
    gone: list[Side] = []
    kept: list[Side] = []
    blocks = [pending]
    while blocks:
        block = blocks.pop()
        if not block:
            continue
        if not possible([*gone, *block]):
            gone += block
        elif len(block) == 1:
            kept += block
        else:
            half = len(block) // 2
            blocks += [block[:half], block[half:]]
    return sorted(kept)


def smallest_change(pool: Pool) -> tuple[Quota, ...]:
    """Return the quotas after the smallest change, counted in seats, that allows a panel.

    Empty when no change helps (more seats than households).
    """
    matrix, lower, upper = panel_rows(pool)
    count, width = len(pool.quotas), len(pool.classes)
    rest = matrix[count:]
    slack = np.eye(count)
    none = np.zeros((count, count))
    below = np.hstack([pool.incidence, slack, none])
    above = np.hstack([pool.incidence, none, -slack])
    whole_matrix = np.vstack([below, above, np.hstack([rest, np.zeros((len(rest), 2 * count))])])
    mins = np.array([float(quota.min) for quota in pool.quotas])
    maxs = np.array([float(quota.max) for quota in pool.quotas])
    rows = (
        np.concatenate([mins, np.full(count, -INFINITE), lower[count:]]),
        np.concatenate([np.full(count, INFINITE), maxs, upper[count:]]),
    )
    most = np.concatenate([pool.caps.astype(np.float64), mins, np.full(count, float(pool.seats))])
    program = Program(whole_matrix, rows, (np.zeros(len(most)), most), integer=True)
    found = program.maximise(np.concatenate([np.zeros(width), np.full(2 * count, -1.0)]))
    if found is None:
        return ()
    change = np.rint(found.columns[width:]).astype(int)
    return tuple(
        replace(quota, min=quota.min - int(change[row]), max=quota.max + int(change[count + row]))
        for row, quota in enumerate(pool.quotas)
    )


def left_out(ask: Feasible) -> list[int]:
    """Return the classes whose people are on no panel at all, given that panels exist.

    Swaps first seat as many as they can of those nobody has seated yet; only for who is
    left the solver is asked, one class after the other.
    """
    cost = np.zeros(len(ask.pool.classes))
    if not any(ask._fits(known) for known in ask.known) and not ask.possible():
        return list(range(len(cost)))
    panel = next(known for known in reversed(ask.known) if ask._fits(known))
    seen = np.any([known > 0 for known in ask.known if ask._fits(known)], axis=0)
    out: list[int] = []
    while not seen.all():
        panel = ask._swapper.ascend(panel, np.where(seen, 0.0, 1.0))
        if not (panel[~seen] > 0).any():
            column = int(np.flatnonzero(~seen)[0])
            cost[column] = 1.0
            if ask.most(cost):
                panel = ask.known[-1]
            else:
                out.append(column)
            cost[column] = 0.0
            seen[column] = True
        else:
            ask.known.append(panel)
        seen |= panel > 0
    return sorted(out)


def shut_out_by(pool: Pool, column: int) -> list[Side]:
    """Return sides of quotas that together keep a class off every panel; none can be left out.

    The class's place on the panel is written as one more quota; what contradicts it is the
    answer. Empty where its household alone does.
    """
    own = np.zeros((1, len(pool.classes)), dtype=np.int64)
    own[0, column] = 1
    asked = Quota("", "", 1, int(pool.caps[column]))
    quotas = (*pool.quotas, asked)
    wanted = replace(pool, quotas=quotas, incidence=np.vstack([pool.incidence, own]))
    return [side for side in conflict(Feasible(wanted)) if side[0] < len(pool.quotas)]
