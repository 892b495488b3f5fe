"""A thin, deterministic wrapper around HiGHS: one thread, fixed seed, no time limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
INFINITE = float("inf")
INTEGRAL = 1e-6
PRIMAL = 4


@dataclass(frozen=True)
class Solution:
    """An optimum: its value, the columns, and the duals of rows and columns (of an LP)."""

    value: float
    columns: Array
    row_duals: Array
    column_duals: Array


class Program:
    """max cost·x with row_lower <= matrix·x <= row_upper and bounds on x; integer if asked.
    `grows`: columns will be added between solves.

    Kept warm: after a change of bounds or costs the next solve starts from the last basis.
    """

    def __init__(
        self,
        matrix: Array,
        rows: tuple[Array, Array],
        columns: tuple[Array, Array],
        integer: bool = False,
        grows: bool = False,
    ) -> None:
        self.matrix = matrix
        self._size = matrix.shape[1]
        self._indices = np.arange(self._size, dtype=np.int32)
        self._highs: Any = _new_solver()
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        if not integer:
            self._highs.setOptionValue("presolve", "off")
        if grows:  # new columns leave the last point valid: go on from there
            self._highs.setOptionValue("simplex_strategy", PRIMAL)
        self._highs.passModel(_model(matrix, rows, columns, integer))

    def set_row(self, row: int, lower: float, upper: float) -> None:
        """Change the bounds of a row."""
        self._highs.changeRowBounds(row, lower, upper)

    def set_coefficient(self, row: int, column: int, value: float) -> None:
        """Change one entry of the matrix."""
        self._highs.changeCoeff(row, column, value)

    def add_column(self, lower: float, upper: float, rows: Array) -> None:
        """Append a column with its entries in every row."""
        index = np.flatnonzero(rows).astype(np.int32)
        self._highs.addCol(0.0, lower, upper, len(index), index, rows[index])
        self._size += 1
        self._indices = np.arange(self._size, dtype=np.int32)

    def maximise(self, cost: Array | Sequence[float]) -> Solution | None:
        """Return an optimum, or None where nothing meets all bounds."""
        self._highs.changeColsCost(self._size, self._indices, -np.asarray(cost, dtype=np.float64))
        self._highs.run()
        status = self._highs.getModelStatus()
        if status in (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"solver stopped: {self._highs.modelStatusToString(status)}")
        found = self._highs.getSolution()
        return Solution(
            -float(self._highs.getObjectiveValue()),
            np.array(found.col_value, dtype=np.float64),
            -np.array(found.row_dual, dtype=np.float64),
            -np.array(found.col_dual, dtype=np.float64),
        )


def _new_solver() -> Any:
    return highspy.Highs()  # type: ignore[no-untyped-call]


_OPTIONS: dict[str, object] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-7,
}


def _model(
    matrix: Array, rows: tuple[Array, Array], columns: tuple[Array, Array], integer: bool
) -> object:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(matrix.shape[1])
    model.col_lower_, model.col_upper_ = columns
    model.row_lower_, model.row_upper_ = rows
    row_index, column_index = np.nonzero(matrix)
    starts = np.searchsorted(row_index, np.arange(matrix.shape[0] + 1)).astype(np.int32)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts
    model.a_matrix_.index_ = column_index.astype(np.int32)
    model.a_matrix_.value_ = matrix[row_index, column_index]
    if integer:
        model.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    return model


def whole(columns: Array) -> NDArray[np.int64] | None:
    """Return the columns as integers where they all are, else None."""
    rounded = np.rint(columns)
    if np.abs(columns - rounded).max(initial=0.0) > INTEGRAL:
        return None
    return rounded.astype(np.int64)
