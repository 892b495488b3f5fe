"""Reply codes: ten characters that survive handwriting, a phone call and a tired eye.

Nineteen characters, no two of which look alike, and no vowels, so that no words arise:
19^10 ≈ 6·10^12 codes. Guessing is held off by throttling, not by length alone.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

ALPHABET = "FGHJKMNPQRTVWXY3479"
LENGTH = 10
ENTROPY_BYTES = 32

_FAIR = 256 - 256 % len(ALPHABET)
_LOOKALIKES = str.maketrans({"O": "Q", "0": "Q", "D": "Q", "C": "G", "6": "G", "U": "V"})
_FILLING = re.compile(r"[\s\-–—_.,/·]+")
_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_code(entropy: bytes) -> str:
    """A code from random bytes (at least 32, of `secrets`), every code equally likely.

    Bytes beyond the last multiple of 19 are thrown away, so no character is favoured. That
    32 bytes yield fewer than ten characters has a chance below 10^-20; then ValueError.
    """
    if len(entropy) < ENTROPY_BYTES:
        raise ValueError(f"a code needs {ENTROPY_BYTES} random bytes")
    fair = [byte for byte in entropy if byte < _FAIR]
    if len(fair) < LENGTH:
        raise ValueError("these bytes are not random")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in fair[:LENGTH])


def new_codes(count: int, token_bytes: Callable[[int], bytes]) -> list[str]:
    """`count` different codes; `token_bytes` is `secrets.token_bytes`."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[new_code(token_bytes(ENTROPY_BYTES))] = None
    return list(codes)


def show(code: str) -> str:
    """The code as it is printed: `FGHJK-MNPQR`."""
    return f"{code[:5]}-{code[5:]}"


def normalise(typed: str) -> str | None:
    """The code somebody meant by what they typed; None if it cannot be one.

    Lower case, blanks and hyphens do not matter. A character that is in no code but looks
    like one that is (O and 0 like Q, 6 and C like G, U like V) is read as that one.
    """
    if len(typed) > 100:
        return None
    text = _FILLING.sub("", typed).upper().translate(_LOOKALIKES)
    return text if _CODE.fullmatch(text) else None


def code_digest(code: str, key: bytes) -> str:
    """Keyed hash (HMAC-SHA-256, 64 hex digits) by which a code is looked up."""
    return hmac.new(key, b"buergerrat reply code\0" + code.encode(), hashlib.sha256).hexdigest()
