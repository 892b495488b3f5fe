"""Nothing typed is lost when a session has ended: the form is sealed and sent again after sign-in.

A POST that meets a closed door is answered with the sign-in page. What was typed travels in it as
a sealed text (`keep`), comes back with the password, and is shown on a page with one button that
posts it to the original address (`open_kept`). Files and secrets do not travel.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from buergerrat.crypto import SealBroken, master_seal, master_unseal
from buergerrat.db import db, set_writing, utcnow

HOURS = 12
LIMIT = 400_000
LEFT_OUT = ("csrf_token",)
SECRET = ("password", "passphrase", "passwort", "totp")
CONTEXT = "resume"


@dataclass(frozen=True)
class Kept:
    """A form on its way: where it was sent, its fields, what files are missing."""

    url: str
    fields: list[tuple[str, str]]
    files: list[str]


def keep_and_ask(*, reauth: bool = False) -> ResponseReturnValue:
    """Ask for the password; afterwards it goes on where the person was."""
    db.session.rollback()
    set_writing(False)
    if request.method == "GET":
        back = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in", weiter=back, erneut=1 if reauth else None), 303)
    from buergerrat.accounts.views.sign_in import closed_door

    response: Response = make_response(closed_door(keep(), reauth=reauth), 401)
    response.headers["HX-Retarget"] = "body"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def keep() -> str:
    """The current POST as a sealed text; empty when it is too large or has nothing in it."""
    fields = [
        (key, value)
        for key, value in request.form.items(multi=True)
        if key not in LEFT_OUT and not any(word in key for word in SECRET)
    ]
    kept = {
        "url": request.full_path.rstrip("?"),
        "fields": fields,
        "files": [f.filename for f in request.files.values() if f.filename],
        "at": utcnow().timestamp(),
        "user": current_user.id if current_user.is_authenticated else None,
    }
    packed = zlib.compress(json.dumps(kept).encode())
    if len(packed) > LIMIT:
        return ""
    return base64.urlsafe_b64encode(master_seal(packed, CONTEXT)).decode()


def open_kept(sealed: str, user_id: int) -> Kept | None:
    """What `keep` sealed, for this person; None when it is too old, changed or another's."""
    if not sealed:
        return None
    try:
        packed = master_unseal(base64.urlsafe_b64decode(sealed.encode()), CONTEXT)
    except (SealBroken, binascii.Error, ValueError):
        return None
    kept = json.loads(zlib.decompress(packed))
    if utcnow().timestamp() - kept["at"] > 3600 * HOURS or kept["user"] not in (None, user_id):
        return None
    return Kept(kept["url"], [(k, v) for k, v in kept["fields"]], kept["files"])
