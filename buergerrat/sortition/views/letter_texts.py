"""The words of a letter: worded by the town, seen on a real page while typing, put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition import letter_blocks
from buergerrat.sortition.letter_kinds import BY_SLUG, LANGUAGES, STANDARD, Kind, languages_of
from buergerrat.sortition.letter_values import values
from buergerrat.sortition.letters import LetterError
from buergerrat.sortition.services import letter_wording as service
from buergerrat.web import back_to, request_app

bp = Blueprint("letter_texts", __name__)
PLACE = "/<town>/buergerraete/<assembly>/briefe/<string:kind>/text"


def _which(slug: str) -> tuple[Kind, str]:
    """The kind of the address and the language asked for, or 404."""
    kind = BY_SLUG.get(slug)
    language = request.values.get("sprache", STANDARD)
    if kind is None or language not in languages_of(kind):
        abort(404)
    return kind, language


def _typed(language: str) -> dict[str, str]:
    return {
        block.key: request.form.get(block.key, "").replace("\r\n", "\n").strip()
        for block in letter_blocks.blocks_of(language)
    }


@bp.get(PLACE)
@access(Role.ADMINISTRATION)
def edit(assembly: Assembly, kind: str) -> str:
    which, language = _which(kind)
    blocks, revision = service.current(assembly, which.key, language)
    return _page(assembly, which, language, blocks, revision)


@bp.post(PLACE)
@access(Role.ADMINISTRATION)
def save(assembly: Assembly, kind: str) -> ResponseReturnValue:
    which, language = _which(kind)
    blocks, revision = _typed(language), request.form.get("revision", 0, type=int)
    errors = service.problems(assembly, which.key, language, blocks)
    if "preview" in request.form or errors:
        page = _page(assembly, which, language, blocks, revision, errors)
        return page, 422 if errors else 200
    try:
        service.save(assembly, which.key, language, blocks, revision, current_user.id)
    except service.Overtaken as other:
        page = _page(assembly, which, language, blocks, other.revision, theirs=other.theirs)
        return page, 409
    flash(_("Der Text ist gespeichert. Er gilt für alle Briefe, die Sie ab jetzt erstellen."),
          "success")  # fmt: skip
    return back_to("letter_texts.edit", kind=kind, sprache=language)


@bp.post(f"{PLACE}/vorschau")
@access(Role.ADMINISTRATION)
def preview(assembly: Assembly, kind: str) -> str:
    """The page as it would be with what is typed; nothing is kept."""
    which, language = _which(kind)
    blocks = _typed(language)
    pages, problem = _pages(assembly, which, language, blocks, {})
    return render_template("sortition/letters_preview.html", pages=pages, problem=problem)


@bp.post(f"{PLACE}/zuruecksetzen")
@access(Role.ADMINISTRATION)
def reset(assembly: Assembly, kind: str) -> ResponseReturnValue:
    which, language = _which(kind)
    revision = request.form.get("revision", 0, type=int)
    try:
        service.reset(assembly, which.key, language, revision, current_user.id)
    except service.Overtaken as other:
        page = _page(assembly, which, language, other.theirs, other.revision, overtaken=True)
        return page, 409
    flash(_("Es gilt wieder der mitgelieferte Text."), "success")
    return back_to("letter_texts.edit", kind=kind, sprache=language)


def _pages(
    assembly: Assembly, kind: Kind, language: str, blocks: Mapping[str, str],
    errors: Mapping[str, str],
) -> tuple[Sequence[Markup], str]:  # fmt: skip
    """The pages as pictures, or why there are none."""
    errors = errors or service.problems(assembly, kind.key, language, blocks)
    if errors:
        return [], next(iter(errors.values()))
    try:
        found = service.preview(assembly, kind.key, language, blocks)
    except LetterError as problem:
        return [], str(problem)
    return [Markup(page) for page in found], ""  # noqa: S704 - our own SVG, texts escaped


def _page(
    assembly: Assembly, kind: Kind, language: str, blocks: Mapping[str, str], revision: int,
    errors: Mapping[str, str] | None = None, theirs: Mapping[str, str] | None = None,
    overtaken: bool = False,
) -> str:  # fmt: skip
    pages, problem = _pages(assembly, kind, language, blocks, errors or {})
    base_url = request_app().extensions["settings"].base_url
    row = service.row_of(assembly, kind.key, language)
    return render_template(
        "sortition/letters_text.html",
        assembly=assembly,
        kind=kind,
        language=language,
        languages=[(one, LANGUAGES[one]) for one in languages_of(kind)],
        blocks=letter_blocks.blocks_of(language),
        texts=blocks,
        errors=errors or {},
        theirs=theirs,
        overtaken=overtaken,
        revision=revision,
        own_words=row is not None and bool(row.blocks),
        placeholders=letter_blocks.PLACEHOLDERS,
        examples=values(assembly, base_url, language),
        pages=pages,
        problem=problem,
    )
