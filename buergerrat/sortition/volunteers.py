"""Those who said yes in one town, as a file for the body that invites in several: sealed.

The file is JSON with the town, a salt and the sealed part. The key is scrypt (n 32768, r 8, p 1)
of the passphrase in NFC; the seal is AES-256-GCM with the town's name as associated data. The
passphrase is told by telephone, never sent with the file. Pure.
"""

import base64
import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = "buergerrat/freiwillige/1"
MOST = 20_000_000  # bytes of a file
_N, _R, _P, _MEMORY = 1 << 15, 8, 1, 64 << 20
_TEXTS = (
    "id", "first_name", "last_name", "title", "street", "postcode", "place", "sex", "age_band",
    "nationality_group", "phone", "email", "needs_text", "submitted_at",
)  # fmt: skip


class FileError(ValueError):
    """The file is none of ours, or the passphrase is another; a German sentence."""


def _key(passphrase: str, salt: bytes) -> bytes:
    text = unicodedata.normalize("NFC", " ".join(passphrase.split())).encode()
    return hashlib.scrypt(text, salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)


def pack(
    town: str,
    age_bounds: str,
    people: Sequence[Mapping[str, Any]],
    passphrase: str,
    salt: bytes,
    nonce: bytes,
) -> bytes:
    """The file; `salt` 16 and `nonce` 12 random bytes."""
    plain = json.dumps({"age_bounds": age_bounds, "people": list(people)}, ensure_ascii=False)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, plain.encode(), town.encode())
    head = {"format": FORMAT, "town": town, "salt": salt.hex(), "nonce": nonce.hex()}
    return json.dumps(
        {**head, "sealed": base64.b64encode(sealed).decode()}, ensure_ascii=False
    ).encode()


def unpack(data: bytes, passphrase: str) -> tuple[str, str, list[dict[str, Any]]]:
    """Town, age bounds, people. Raises `FileError`."""
    try:
        given = json.loads(data)
        if given["format"] != FORMAT:
            raise FileError("Das ist keine Datei mit Freiwilligen aus einer anderen Gemeinde.")
        town = str(given["town"])
        sealed = base64.b64decode(given["sealed"], validate=True)
        salt, nonce = bytes.fromhex(given["salt"]), bytes.fromhex(given["nonce"])
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, town.encode())
        inside = json.loads(plain)
        people = [_person(one) for one in inside["people"]]
        return town, str(inside["age_bounds"]), people
    except InvalidTag as error:
        raise FileError("Der Kennsatz passt nicht zu dieser Datei.") from error
    except FileError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError("Die Datei mit den Freiwilligen ist beschädigt.") from error


def _person(given: Mapping[str, Any]) -> dict[str, Any]:
    """What we expect, and nothing else."""
    return {
        **{name: str(given.get(name) or "") for name in _TEXTS},
        "minor": bool(given.get("minor")),
        "wants_support": bool(given.get("wants_support")),
        "needs": [str(need) for need in given.get("needs", ())],
        "features": {str(key): str(value) for key, value in given.get("features", {}).items()},
        "consents": [
            {name: str(one[name]) for name in ("kind", "version", "given_at")}
            for one in given.get("consents", ())
        ],
    }
