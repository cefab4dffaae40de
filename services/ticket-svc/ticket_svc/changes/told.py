"""Which events stand in the feed, what each is about, and which say that a thing is gone or there again. Pure.

One line for each event. Its subject must be the thing itself, so that its sequence is the thing's version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from common.contracts import tickets as say
from common.contracts.base import Event

Kind = Literal["ticket", "customer", "organisation"]
Gone = Literal["merged", "deleted", "erased"]


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the feed."""

    event: type[Event]
    kind: Kind
    gone: Gone | None = None
    """How the thing is gone with it."""
    into: str | None = None
    """The event's field with the id of the thing that has by now what was this one's."""
    back: bool = False
    """Whether the thing is there again with it."""

    @property
    def decides(self) -> bool:
        """Whether the event says if the thing is there."""
        return self.gone is not None or self.back


TOLD = (
    Told(say.CustomerCreated, "customer"),
    Told(say.CustomerUpdated, "customer"),
    Told(say.CustomerTierChanged, "customer"),
    Told(say.CustomerMerged, "customer", gone="merged", into="survivor_id"),
    Told(say.CustomerUnmerged, "customer", back=True),
    Told(say.CustomerErased, "customer", gone="erased"),
    Told(say.OrganisationCreated, "organisation"),
    Told(say.OrganisationUpdated, "organisation"),
    Told(say.TicketOpened, "ticket"),
    Told(say.TicketImported, "ticket"),
    Told(say.TicketReplied, "ticket"),
    Told(say.TicketNoted, "ticket"),
    Told(say.TicketMentioned, "ticket"),
    Told(say.TicketAssigned, "ticket"),
    Told(say.TicketUpdated, "ticket"),
    Told(say.TicketTagged, "ticket"),
    Told(say.TicketPended, "ticket"),
    Told(say.TicketHeld, "ticket"),
    Told(say.TicketSnoozed, "ticket"),
    Told(say.TicketWoken, "ticket"),
    Told(say.TicketResumed, "ticket"),
    Told(say.TicketResolved, "ticket"),
    Told(say.TicketReopened, "ticket"),
    Told(say.TicketCloseAnnounced, "ticket"),
    Told(say.TicketClosed, "ticket"),
    Told(say.TicketErased, "ticket", gone="erased"),
    Told(say.TicketDeleted, "ticket", gone="deleted"),
    Told(say.TicketMerged, "ticket", gone="merged", into="into_id"),
    Told(say.TicketAbsorbed, "ticket"),
    Told(say.TicketUnmerged, "ticket", back=True),
    Told(say.TicketReleased, "ticket"),
    Told(say.TicketSplit, "ticket"),
    Told(say.TicketLinked, "ticket"),
    Told(say.TicketUnlinked, "ticket"),
    Told(say.MessageEdited, "ticket"),
    Told(say.MessageRedacted, "ticket"),
    Told(say.MessageReclassified, "ticket"),
    Told(say.IncidentDeclared, "ticket"),
    Told(say.IncidentJoined, "ticket"),
    Told(say.IncidentLeft, "ticket"),
    Told(say.IncidentTold, "ticket"),
    Told(say.SlaMet, "ticket"),
    Told(say.SlaBreached, "ticket"),
)
"""Every event of the feed."""
