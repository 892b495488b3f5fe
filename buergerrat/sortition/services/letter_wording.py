"""The texts of letters that a town words itself: checked, kept, shown, put back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.sortition import letter_blocks, letter_preview, letter_texts
from buergerrat.sortition.letter_kinds import STANDARD
from buergerrat.sortition.letter_layout import not_in_font, register_fonts, wrapped
from buergerrat.sortition.letter_parts import WIDTH
from buergerrat.sortition.letters import LetterError, LetterSheet, set_nowhere
from buergerrat.sortition.models import LetterText
from buergerrat.web import Conflict

LONGEST = 6000  # characters of a block, long before a page is full
Blocks = Mapping[str, str]


class Overtaken(Conflict):
    """Somebody else saved this text meanwhile; `theirs` is what it says now."""

    def __init__(self, theirs: dict[str, str], revision: int) -> None:
        super().__init__(_("Jemand anderes hat diesen Text gerade geändert."))
        self.theirs, self.revision = theirs, revision


def own(assembly: Assembly, kind: str) -> dict[str, Blocks]:
    """Language → the blocks that the town words itself."""
    rows = db.session.scalars(
        select(LetterText).where(LetterText.assembly_id == assembly.id, LetterText.kind == kind)
    )
    return {row.language: row.blocks for row in rows if row.blocks}


def row_of(assembly: Assembly, kind: str, language: str) -> LetterText | None:
    return db.session.scalar(
        select(LetterText).where(
            LetterText.assembly_id == assembly.id,
            LetterText.kind == kind,
            LetterText.language == language,
        )
    )


def worded(assembly: Assembly) -> set[tuple[str, str]]:
    """Kind and language of every text that is the town's own."""
    rows = db.session.scalars(select(LetterText).where(LetterText.assembly_id == assembly.id))
    return {(row.kind, row.language) for row in rows if row.blocks}


def current(assembly: Assembly, kind: str, language: str) -> tuple[dict[str, str], int]:
    """All blocks as they are printed now, and their revision, 0 for one never touched."""
    row = row_of(assembly, kind, language)
    blocks = {**letter_texts.standard(kind, language), **(row.blocks if row else {})}
    return blocks, row.revision if row else 0


def problems(assembly: Assembly, kind: str, language: str, blocks: Blocks) -> dict[str, str]:
    """Block → what is wrong with it, a sentence each; empty when the letter can be set."""
    register_fonts(letter_texts.FONTS)
    found: dict[str, str] = {}
    for block in letter_blocks.blocks_of(language):
        if problem := _problem(block, blocks.get(block.key, "")):
            found[block.key] = problem
    if found:
        return found
    try:
        set_nowhere(_sheet(assembly, kind, language, blocks))
    except LetterError as error:
        return {_longest(blocks, letter_texts.standard(kind, language)): str(error)}
    return {}


def _problem(block: letter_blocks.Block, text: str) -> str:
    if block.required and not text.strip():
        return str(_("Dieser Teil darf nicht leer sein."))
    if len(text) > LONGEST:
        return str(_("Dieser Teil ist zu lang."))
    if names := letter_blocks.unknown(text, letter_blocks.allowed(block.key)):
        if block.key != "greeting" and {"{anrede}", "{name}"} & set(names):
            return str(_("%(names)s geht nur in der Zeile „Anrede“.", names=", ".join(names)))
        return str(_("Diesen Platzhalter gibt es hier nicht: %(names)s", names=", ".join(names)))
    if signs := not_in_font(text):
        return str(
            _("Diese Zeichen kann der Brief nicht drucken: %(signs)s", signs=" ".join(signs))
        )
    return ""


def _longest(blocks: Blocks, usual: Blocks) -> str:
    """The block that has grown the most beyond the built-in text, where shortening helps."""

    def lines(text: str) -> int:
        return sum(len(wrapped(line, WIDTH, 10.3)) for line in text.splitlines())

    keys = [key for key in blocks if key in usual and key != "greeting"]
    return max(keys, key=lambda key: (lines(blocks[key]) - lines(usual[key]), key == "body"))


def _sheet(assembly: Assembly, kind: str, language: str, blocks: Blocks) -> LetterSheet:
    others = {name: text for name, text in own(assembly, kind).items() if name != language}
    return letter_texts.sheet(
        assembly,
        None,
        current_app.extensions["settings"].base_url,
        kind,
        own={**others, language: blocks},
        languages=() if language == STANDARD else (language,),
    )


def preview(assembly: Assembly, kind: str, language: str, blocks: Blocks) -> list[str]:
    """The pages that these blocks make, as SVG. Raises LetterError when they cannot be set."""
    sheet = _sheet(assembly, kind, language, blocks)
    sample = letter_texts.sample_letter(assembly, current_app.extensions["settings"].base_url)
    pages = letter_preview.pages(sheet, sample)
    return pages[:1] if language == STANDARD else pages[len(sheet.pages) :]


def save(
    assembly: Assembly, kind: str, language: str, blocks: Blocks, revision: int,
    user_id: int | None = None,
) -> LetterText:  # fmt: skip
    """Keep what differs from the built-in text. `blocks` have been checked by `problems`.

    Raises Overtaken when somebody else saved since `revision` was read.
    """
    usual = letter_texts.standard(kind, language)
    kept = {key: text for key, text in blocks.items() if text != usual[key]}
    return _write(assembly, kind, language, kept, revision, user_id, "edit")


def reset(
    assembly: Assembly, kind: str, language: str, revision: int, user_id: int | None = None
) -> None:
    """Back to the built-in text. Raises Overtaken as `save` does."""
    _write(assembly, kind, language, {}, revision, user_id, "reset")


def _write(
    assembly: Assembly, kind: str, language: str, blocks: dict[str, str], revision: int,
    user_id: int | None, action: str,
) -> LetterText:  # fmt: skip
    row = row_of(assembly, kind, language)
    if (row.revision if row else 0) != revision:
        raise Overtaken(*current(assembly, kind, language))
    if row is None:
        row = LetterText(assembly_id=assembly.id, kind=kind, language=language, revision=0)
        db.session.add(row)
    row.blocks, row.revision = blocks, revision + 1
    row.changed_at, row.changed_by = utcnow(), user_id
    audit.log(
        f"letter_text_{action}", "letter_text", "", assembly_id=assembly.id, user=user_id,
        kind=kind, language=language,
    )  # fmt: skip
    db.session.flush()
    return row
