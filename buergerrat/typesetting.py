"""Reading documents (Bürgergutachten, Losprotokoll) as tagged PDF, set by typst.

Every file is PDF/UA-1 and PDF/A-2a. The typesetter refuses a missing text alternative and a
skipped heading, so such a mistake fails loudly. The same data give the same bytes.
Text from users travels as data (JSON), never as markup.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import typst
from reportlab.pdfbase.ttfonts import TTFontFile

_PACKAGE = Path(__file__).resolve().parent
_FILES = _PACKAGE / "_files"
_ROOT = _FILES if _FILES.is_dir() else _PACKAGE.parent
TEMPLATES = _ROOT / "templates" / "documents"
FONTS = _ROOT / "static" / "vendor" / "fonts"
_PROBE = (
    b'#set document(title: "x")\n'
    b'#set text(font: ("Noto Sans", "Libertinus Serif"))\n'
    b"#sys.inputs.text"
)


@dataclass(frozen=True)
class Picture:
    """A self-contained SVG (presentation attributes, no classes) with its text alternative."""

    svg: str
    alt: str


def typeset(
    template: str,
    data: Mapping[str, object],
    made: date,
    pictures: Sequence[Picture] = (),
) -> bytes:
    """PDF of templates/documents/<template>.typ filled with JSON-ready `data`.

    `made` becomes the document's date. Raises typst.TypstError where a template breaks the
    rules of PDF/UA-1 or PDF/A-2a; the message names the line.
    """
    filled = {**data, "pictures": [{"svg": p.svg, "alt": p.alt} for p in pictures]}
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_clean(filled), ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=datetime(made.year, made.month, made.day, tzinfo=UTC),
    )


def drawn(template: str, data: Mapping[str, object], ppi: float = 220) -> bytes:
    """PNG of a one-page template, for documents that cannot hold vector pictures."""
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="png",
        ppi=ppi,
        sys_inputs={"data": json.dumps(_clean(data), ensure_ascii=False)},
    )


def readable(text: str) -> str:
    """`text` in NFC without control characters.

    What no font at hand can draw (an emoji, say) is written as its number, [U+1F600]:
    PDF/UA allows no empty boxes, and leaving it out silently would falsify the text.
    """
    known = _covered()
    return "".join(_letter(char, known) for char in unicodedata.normalize("NFC", text))


def _letter(char: str, known: frozenset[int]) -> str:
    if char == "\n" or ord(char) in known:
        return char
    kind = unicodedata.category(char)
    if char in "\t\r\v\f\u2028\u2029\x85":
        return " " if char == "\t" else "\n"
    if kind in {"Cc", "Cs"} or char == "\ufeff":
        return ""
    if kind not in {"Co", "Cn"} and _drawable(char):
        return char
    # Variation selectors and joiners only make sense between pictures that are not drawn anyway.
    return "" if kind in {"Mn", "Cf"} else f"[U+{ord(char):04X}]"


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    font = FONTS / "NotoSans_400Regular.ttf"
    glyphs = TTFontFile(str(font)).charToGlyph if font.is_file() else {}
    return frozenset(code for code in glyphs if unicodedata.category(chr(code)) not in {"Cc", "Co"})


@lru_cache(maxsize=4096)
def _drawable(char: str) -> bool:
    """Ask the typesetter itself, which also carries fonts of its own."""
    try:
        typst.compile(
            _PROBE,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"text": char},
            pdf_standards=["ua-1", "a-2a"],
        )
    except typst.TypstError:
        return False
    return True


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The house's fonts and those inside the typesetter; never those of the machine."""
    paths = [str(FONTS)] if FONTS.is_dir() else []
    return typst.Fonts(include_system_fonts=False, font_paths=paths)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, Mapping):
        return {key: item if key == "svg" else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
