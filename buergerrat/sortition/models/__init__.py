"""From the register extract to the seats: extract, draws, invitees, replies, quotas, members."""

from buergerrat.sortition.models.base import OfAssembly
from buergerrat.sortition.models.draws import (
    InvitationDraw,
    Invitee,
    MunicipalityDraw,
    ReserveTicket,
)
from buergerrat.sortition.models.extracts import ImportProfile, RegisterExtract
from buergerrat.sortition.models.letters import LetterBatch, LetterText
from buergerrat.sortition.models.lottery import Marginal, PanelDraw, Quota
from buergerrat.sortition.models.members import CallNote, Member, Replacement
from buergerrat.sortition.models.replies import Consent, OutreachVisit, Reply, ReplyFeature

__all__ = [
    "CallNote",
    "Consent",
    "ImportProfile",
    "InvitationDraw",
    "Invitee",
    "LetterBatch",
    "LetterText",
    "Marginal",
    "Member",
    "MunicipalityDraw",
    "OfAssembly",
    "OutreachVisit",
    "PanelDraw",
    "Quota",
    "RegisterExtract",
    "Replacement",
    "Reply",
    "ReplyFeature",
    "ReserveTicket",
]
