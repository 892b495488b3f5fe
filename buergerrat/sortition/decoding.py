"""From the bytes of an extract to text, chunk by chunk, with memory that does not grow.

Nobody says which encoding a file has. Where the first bytes do not tell (pure ASCII, or
umlauts that Windows-1252 and ISO-8859-15 share), the decision waits for the first byte that
does; until then both readings are the same text.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from buergerrat import german

CHUNK_BYTES = 1 << 16
MAX_LINE = 1 << 16
"""Longest line and longest record in characters."""

ENCODING_LABELS: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 mit BOM",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 (LE)",
    "utf-16-be": "UTF-16 (BE)",
    "cp1252": "Windows-1252",
    "iso8859-15": "ISO-8859-15",
}

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LETTER = rb"A-Za-z\xc0-\xff"
# ISO-8859-15 has Š š Ž ž Œ œ Ÿ where Windows-1252 has ¦ ¨ ´ ¸ ¼ ½ ¾: next to a letter (and not
# behind a house number such as 12½, and ´ not as an apostrophe) they are letters.
_LATIN9 = re.compile(
    rb"(?<=[" + _LETTER + rb"])[\xa6\xa8\xb8\xbd]"
    rb"|(?<![" + _LETTER + rb"0-9])[\xa6\xa8\xb4\xb8\xbc\xbd\xbe](?=[" + _LETTER + rb"])"
)
_LATIN9_BYTES = [bytes([code]) for code in b"\xa6\xa8\xb4\xb8\xbc\xbd\xbe"]
_C1 = bytes(range(0x80, 0xA0))
_MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


class ExtractError(ValueError):
    """An extract that cannot be read. The text says what happened and what to do next."""


class NobodyEligible(ExtractError):
    """The extract was read to its end, and there is nobody in it who can be drawn."""


def guess_encoding(head: bytes) -> str | None:
    """The encoding these bytes prove; `latin` for either one-byte set, None for pure ASCII."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if sideways := _utf16_without_bom(head):
        return sideways
    if head.isascii():
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _latin(head) or "latin"
    return "utf-8"


def _utf16_without_bom(head: bytes) -> str | None:
    even, odd = head[0:2000:2], head[1:2000:2]
    if len(head) < 8 or b"\0" not in head:
        return None
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _latin(data: bytes) -> str | None:
    if len(data.translate(None, _C1)) < len(data):
        return "cp1252"
    # Looked for one by one first: that takes a hundredth of the time, and most files have none.
    some = any(letter in data for letter in _LATIN9_BYTES)
    return "iso8859-15" if some and _LATIN9.search(data) else None


def looks_misread(text: str) -> bool:
    """Whether UTF-8 was read as a one-byte encoding, as in `MÃ¼ller`, here or upstream."""
    return len(_MOJIBAKE.findall(text)) >= 2


class _Decoder:
    """Decodes chunks; settles on an encoding as soon as the bytes prove one."""

    def __init__(self, encoding: str | None) -> None:
        self.encoding = encoding
        self._decode: Callable[[bytes, bool], str] | None = None
        if encoding not in (None, "latin"):
            self._settle(str(encoding))

    def _settle(self, encoding: str) -> None:
        self.encoding = encoding
        self._decode = codecs.getincrementaldecoder(encoding)().decode

    def feed(self, data: bytes, final: bool) -> str:
        if self._decode is None:
            self.look(data)
        if self._decode is not None:
            return self._decode(data, final)
        return data.decode("cp1252")

    def look(self, data: bytes) -> None:
        if self.encoding is None and (found := guess_encoding(data)):
            self.encoding = found
            if found != "latin":
                self._settle(found)
        elif self.encoding == "latin" and (found := _latin(data)):
            self._settle(found)


class EncodingWatch:
    """Reads along and says in the end which encoding the whole file proved.

    `decided` is what was chosen by hand; the first bytes alone may be ASCII.
    """

    def __init__(self, stream: BinaryIO, decided: str | None = None) -> None:
        self.stream = stream
        self.decoder = _Decoder(decided)

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.look(data)
        return data

    def look(self, data: bytes) -> None:
        if self.decoder.encoding in (None, "latin"):
            self.decoder.look(data)

    @property
    def encoding(self) -> str:
        found = self.decoder.encoding
        return {None: "utf-8", "latin": "cp1252"}.get(found, str(found))


def text_lines(
    stream: BinaryIO, encoding: str | None, progress: Callable[[int], None] | None = None
) -> Iterator[str]:
    """Lines with `\\n` at the end, whatever ends them in the file; the last may lack it.

    Raises `ExtractError` for bytes the encoding does not have and for endless lines.
    """
    decoder = _Decoder(encoding)
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    rest, done, count = "", 0, 0
    while True:
        data = _read_chunk(stream)
        text = rest + newlines.decode(_decoded(decoder, data, count), final=not data)
        done += len(data)
        lines = text.split("\n")
        rest = lines.pop()
        for line in lines:
            _check_length(line, count)
            count += 1
            yield line + "\n"
        _check_length(rest, count)
        if progress is not None:
            progress(done)
        if not data:
            break
    if rest:
        yield rest


def _read_chunk(stream: BinaryIO) -> bytes:
    """About 64 KiB, ending in ASCII: a lone last high byte could be of any encoding."""
    data = stream.read(CHUNK_BYTES)
    for _ in range(8):
        if not data or data[-1] < 0x80 or not (more := stream.read(1)):
            break
        data += more
    return data


def _decoded(decoder: _Decoder, data: bytes, line: int) -> str:
    try:
        return decoder.feed(data, not data)
    except UnicodeDecodeError as error:
        label = ENCODING_LABELS.get(error.encoding, decoder.encoding or error.encoding)
        raise ExtractError(
            f"Hinter Zeile {line + 1} stehen Zeichen, die es in {label} nicht gibt. Wählen Sie "
            "einen anderen Zeichensatz oder lassen Sie die Datei als UTF-8 neu ausgeben."
        ) from error


def _check_length(line: str, count: int) -> None:
    if len(line) > MAX_LINE:
        raise ExtractError(
            f"Zeile {count + 1} ist länger als {german.count(MAX_LINE)} Zeichen. "
            "So lang ist keine Zeile eines Registerauszugs. Bitte lassen Sie die Datei neu "
            "ausgeben, als CSV mit einer Zeile je Person."
        )
