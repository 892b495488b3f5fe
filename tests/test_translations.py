"""The English catalogue is complete: every German sentence of the interface has its English one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PO = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("buergerrat/**.py", "python"), ("templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def used() -> set[str]:
    """Every text that code and templates hand to gettext."""
    keywords = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
    found = set()
    for folder in ("buergerrat", "templates"):
        methods = [(p.split("/", 1)[1], m) for p, m in METHODS if p.startswith(folder)]
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, methods, keywords=keywords, options_map={"**.html": {"trimmed": "true"}}
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with PO.open("rb") as source:
        return read_po(source, locale="en")


def translated(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


def test_every_text_is_translated(catalog: Catalog) -> None:
    known = {
        m.id[0] if isinstance(m.id, tuple) else m.id
        for m in catalog
        if m.id and all(translated(m)) and not m.fuzzy
    }
    assert sorted(used() - known) == []


def test_no_translation_is_left_over(catalog: Catalog) -> None:
    ids = {m.id[0] if isinstance(m.id, tuple) else m.id for m in catalog if m.id}
    assert sorted(ids - used()) == []


def test_translations_keep_their_placeholders(catalog: Catalog) -> None:
    wrong = []
    for message in catalog:
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set(PLACEHOLDER.findall(originals[-1])) - {"num"}
        for text in translated(message):
            if message.id and set(PLACEHOLDER.findall(text)) - {"num"} != wanted:
                wrong.append(originals[0])
    assert wrong == []


def test_placeholders_survive_formatting(catalog: Catalog) -> None:
    for message in catalog:
        for text in translated(message):
            if message.id and "%(" in text:
                values = dict.fromkeys(PLACEHOLDER.findall(text), 2)
                assert text % values
