"""Nothing typed is lost when a session has ended: the form is sealed and sent again after sign-in."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue


def keep_and_ask(*, reauth: bool = False) -> ResponseReturnValue:
    """To the sign-in page and back to where the person was."""
    back = request.full_path if request.method == "GET" else request.referrer or "/"
    return redirect(url_for("accounts.sign_in", weiter=back, erneut=1 if reauth else None), 303)
