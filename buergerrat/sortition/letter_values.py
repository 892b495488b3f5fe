"""What the placeholders of a letter stand for: the mandate and the town, in each language."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from babel.dates import format_date

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.formats import local, time
from buergerrat.german import long_date
from buergerrat.sortition.letter_kinds import EASY, STANDARD


def website(base_url: str) -> str:
    return urlsplit(base_url).netloc


def values(
    assembly: Assembly, base_url: str, language: str = STANDARD, accept_by: dt.date | None = None
) -> dict[str, str]:
    """Placeholder → text, for every key of `letter_blocks.PLACEHOLDERS`.

    `accept_by`: until when a seat is held; without it the days of the mandate after the lottery.
    """
    town = assembly.municipality
    lottery = local(assembly.lottery_at).date()
    held = accept_by or lottery + dt.timedelta(days=assembly.accept_days)

    def day(value: dt.date) -> str:
        return _day(value, language)

    return {
        "titel": assembly.title,
        "frage": assembly.guiding_question,
        "stadt": town.name,
        "ort": town.short_name,
        "plaetze": str(assembly.seats),
        "termine": _meeting(assembly, language),
        "hinweis_termine": f"{assembly.session_note.rstrip('.')}." if assembly.session_note else "",
        "entschaedigung": f"Sie bekommen {assembly.allowance.rstrip('.')}."
        if assembly.allowance
        else "",
        "antwortfrist": day(assembly.reply_deadline),
        "annahmefrist": day(held),
        "losung": _lottery(assembly),
        "rat": town.council_name,
        "antwort_bis": day(assembly.answer_promised_by),
        "beschluss": assembly.resolution_number,
        "beschluss_datum": day(assembly.resolution_date),
        "loeschtag": day(no_seat_erased_by(assembly)),
        "telefon": town.phone,
        "email": town.email,
        "webseite": website(base_url),
        "datenschutz": f"{website(base_url)}/{town.slug}/datenschutz",
    }


def no_seat_erased_by(assembly: Assembly) -> dt.date:
    """By the period of the town, as the program deletes."""
    return retention.promise(assembly).pool


def _day(value: dt.date, language: str) -> str:
    if language in (STANDARD, EASY):
        return long_date(value)
    return str(format_date(value, "long", locale="en_GB" if language == "en" else language))


def _meeting(assembly: Assembly, language: str) -> str:
    first, last = assembly.first_session_on, assembly.last_session_on
    place = f" ({assembly.session_place})" if assembly.session_place else ""
    if language not in (STANDARD, EASY):
        shown = dict.fromkeys((_day(first, language), _day(last, language)))
        return " – ".join(shown) + place
    days = f"am {long_date(first)}"
    if (last - first).days == 1:
        days = f"am {first.day}. und {long_date(last)}"
        if first.month != last.month:
            days = f"am {long_date(first)} und am {long_date(last)}"
    elif last != first:
        days = f"vom {long_date(first)} bis zum {long_date(last)}"
    return f"{days}{place}"


def _lottery(assembly: Assembly) -> str:
    at = local(assembly.lottery_at)
    place = f", {assembly.lottery_place}" if assembly.lottery_place else ""
    return f"am {long_date(at.date())} um {time(assembly.lottery_at)}{place}"
