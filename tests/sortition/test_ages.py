from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.ages import EXCEL_EPOCH, Birth, age_on, age_range, parse_age, parse_birth

BORN = st.dates(date(1927, 6, 1), date(2025, 12, 31))
FORMS = ("%d.%m.%Y", "%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y 00:00:00")


@given(BORN, st.sampled_from(FORMS))
@settings(deadline=None)
def test_every_written_form_of_a_date_gives_that_day(born: date, form: str) -> None:
    assert parse_birth(born.strftime(form)) == Birth(born, born)


@given(BORN)
@settings(deadline=None)
def test_an_excel_serial_gives_that_day(born: date) -> None:
    assert parse_birth(str((born - EXCEL_EPOCH).days)) == Birth(born, born)


@given(BORN, st.sampled_from(["00.00.{y}", "{y}", "{y}-00-00", "{y}0000", "XX.XX.{y}"]))
@settings(deadline=None)
def test_a_year_alone_is_the_whole_year(born: date, form: str) -> None:
    birth = parse_birth(form.format(y=born.year))
    assert birth == Birth(date(born.year, 1, 1), date(born.year, 12, 31))


@given(BORN)
@settings(deadline=None)
def test_a_month_without_a_day_is_the_whole_month(born: date) -> None:
    birth = parse_birth(f"00.{born:%m.%Y}")
    assert birth is not None
    assert birth.earliest == born.replace(day=1)
    assert (birth.latest + timedelta(days=1)).day == 1
    assert birth.earliest <= born <= birth.latest


@given(BORN, st.dates(date(2026, 1, 1), date(2030, 12, 31)))
@settings(deadline=None)
def test_the_true_age_lies_between_the_two_ends(born: date, day: date) -> None:
    for text in (f"00.{born:%m.%Y}", f"00.00.{born:%Y}"):
        birth = parse_birth(text)
        assert birth is not None
        low, high = age_range(birth, day)
        assert low <= age_on(born, day) <= high <= low + 1


@given(BORN, st.dates(date(2026, 1, 1), date(2030, 12, 31)))
@settings(deadline=None)
def test_a_birthday_adds_one_year_and_only_a_birthday(born: date, day: date) -> None:
    step = age_on(born, day + timedelta(days=1)) - age_on(born, day)
    tomorrow = day + timedelta(days=1)
    leapling = (born.month, born.day) == (2, 29) and (tomorrow.month, tomorrow.day) == (3, 1)
    birthday = (tomorrow.month, tomorrow.day) == (born.month, born.day)
    leap_year = tomorrow.year % 4 == 0
    assert step == int(birthday or (leapling and not leap_year))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-00-00",
        "00.00.0000",
        "31.02.1980",
        "12.13.1980",
        "Müller",
        "1.1.80",
        "99",
        "00000000",
    ],
)
def test_nothing_is_made_of_what_is_no_date(text: str) -> None:
    assert parse_birth(text) is None


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("34", 34),
        (" 7 ", 7),
        ("34 Jahre", 34),
        ("34.0", 34),
        ("121", None),
        ("-3", None),
        ("", None),
    ],
)
def test_ages_as_written(text: str, age: int | None) -> None:
    assert parse_age(text) == age
