from __future__ import annotations

import pytest

from buergerrat.assemblies.models import Assembly
from tests.public.course import Course, Fill
from tests.sortition.conftest import fill_pool

__all__ = ["course", "fill_pool"]


@pytest.fixture
def course(assembly: Assembly, fill_pool: Fill) -> Course:
    return Course(assembly, fill_pool)
