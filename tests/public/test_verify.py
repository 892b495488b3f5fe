"""The page that checks a Losprotokoll."""

from __future__ import annotations

import io

import pytest

from buergerrat.db import writing
from buergerrat.public.services import checking
from buergerrat.sortition.services import members
from tests.public.course import Course
from tests.support import BrowserLike

PAGE = "/elbtal/ortsmitte-2035/pruefen"
RECORD = "/elbtal/ortsmitte-2035/datei/losprotokoll.zip"


def check(client: BrowserLike, content: bytes, status: int = 200) -> str:
    data = {"losprotokoll": (io.BytesIO(content), "losprotokoll.zip")}
    response = client.submit(PAGE, data, content_type="multipart/form-data")
    assert response.status_code == status
    assert "Set-Cookie" not in response.headers
    return response.get_data(as_text=True)


def test_the_published_record_is_accepted_and_any_change_is_not(
    client: BrowserLike, course: Course
) -> None:
    course.seated()
    record = client.get(RECORD).data
    text = check(client, record)
    assert "Alles stimmt" in text
    assert "Dieses Losprotokoll ist veröffentlicht" in text
    for place in (0, len(record) // 2, len(record) - 30):
        changed = bytearray(record)
        changed[place] ^= 1
        assert "Etwas stimmt nicht" in check(client, bytes(changed))


def test_an_earlier_edition_is_known_and_a_stranger_is_not(
    client: BrowserLike, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.seated()
    earlier = client.get(RECORD).data
    with writing():
        members.leave(course.assembly, members.of(course.assembly)[0], "Umzug", None)
    assert "Es ist eine frühere Fassung" in check(client, earlier)
    assert "steht auf dieser Seite" in check(client, client.get(RECORD).data)
    monkeypatch.setattr("buergerrat.public.views.verify.checking.published", lambda _assembly: {})
    assert "wurde hier nie veröffentlicht" in check(client, earlier)


@pytest.mark.parametrize("content", [b"", b"PK", b"Hallo", b"\x00" * 100_000])
def test_rubbish_gets_a_sentence(client: BrowserLike, course: Course, content: bytes) -> None:
    assert "Etwas stimmt nicht" in check(client, content)


def test_no_file_and_too_large_a_file(client: BrowserLike, course: Course) -> None:
    assert client.submit(PAGE).status_code == 422
    check(client, b"0" * (checking.MOST_BYTES + 1), 413)


def test_a_third_check_at_once_is_asked_to_wait(
    client: BrowserLike, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking._turns, "acquire", lambda blocking: False)
    assert "Gerade prüfen schon andere" in check(client, b"PK", 503)


def test_checks_are_limited_per_address(client: BrowserLike, course: Course) -> None:
    codes = [client.submit(PAGE).status_code for _ in range(12)]
    assert codes[0] == 422
    assert codes[-1] == 429


def test_the_script_is_the_file_that_runs_here(client: BrowserLike, course: Course) -> None:
    response = client.get(f"{PAGE}/verify.py")
    assert response.data == checking.SCRIPT.read_bytes()
    assert "attachment" in response.headers["Content-Disposition"]


def test_before_the_lottery_the_page_says_when(client: BrowserLike, course: Course) -> None:
    text = client.get(PAGE).get_data(as_text=True)
    assert "sobald die Listen veröffentlicht sind" in text
