"""Accessibility, privacy and imprint of a town."""

from __future__ import annotations

import pytest

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from tests.support import BrowserLike


@pytest.mark.parametrize("page", ["barrierefreiheit", "datenschutz", "impressum"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_legal_page_names_the_town(
    client: BrowserLike, assembly: Assembly, page: str, language: str
) -> None:
    response = client.get(f"/elbtal/{page}?sprache={language}")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    text = response.get_data(as_text=True)
    assert "Markt 1" in text
    assert f'<html lang="{language}"' in text


def test_the_notice_names_everything_that_is_registered(
    client: BrowserLike, assembly: Assembly
) -> None:
    text = client.get("/elbtal/datenschutz").get_data(as_text=True)
    assert len(retention.categories) >= 5
    for category in retention.categories:
        assert category.what in text
    for period in retention.PERIODS:
        assert str(period.when) in text
    assert assembly.legal_basis in text
