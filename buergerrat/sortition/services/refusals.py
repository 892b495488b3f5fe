"""Who objected gets no letter: found among people drawn, and silenced where they were invited."""

from __future__ import annotations

from collections.abc import Callable

from buergerrat.assemblies import objections
from buergerrat.sortition import objection
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.spool import Spooled

NAMED = ("first_name", "last_name", "title", "street", "postcode", "place", "code")
_HASHED = ("first_name", "last_name", "street", "house_number", "postcode")


def refused_in(municipality_id: int) -> Callable[[Spooled], bool]:
    """Whether somebody said that they do not want to be written to, by this name and address."""
    known = objections.known(municipality_id)
    key = objections.key_of(municipality_id) if known else b""

    def refused(person: Spooled) -> bool:
        if not known:
            return False
        said = objection.digests(key, *(person.get(name) for name in _HASHED))
        return any(one in known for one in said)

    return refused


def silence(invitee: Invitee) -> None:
    """No name, address, code or contact any more; row id, ticket and features stay for the record.

    Their letters are the caller's to delete.
    """
    for name in NAMED:
        setattr(invitee, name, None)
    invitee.code_hash = None
    invitee.state = "objected"
    if invitee.reply is not None:
        invitee.reply.phone = invitee.reply.email = invitee.reply.support = ""
        invitee.reply.revision += 1  # a form that was open before cannot write them back
