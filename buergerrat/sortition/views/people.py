"""The person a page is about, looked up in the Bürgerrat of the address."""

from flask import abort

from buergerrat.assemblies import scope
from buergerrat.sortition.models import Invitee


def invitee_of(uid: str) -> Invitee:
    """404 for somebody of another Bürgerrat and for whoever was erased."""
    invitee = scope.child(Invitee, uid=uid)
    if invitee.state == "erased":
        abort(404)
    return invitee
