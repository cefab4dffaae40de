"""Which event runs which operation."""

from common.contracts.gateway import UserCreated, UserUpdated
from common.contracts.tickets import (
    CustomerErased,
    MessageRedacted,
    TicketAssigned,
    TicketClosed,
    TicketDeleted,
    TicketErased,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)
from common.listen import on, on_batch
from routing_svc.agents.follow_users import on_user_created, on_user_updated
from routing_svc.work.assign import on_assigned
from routing_svc.work.end import end_closed, end_resolved
from routing_svc.work.enqueue import enqueue
from routing_svc.work.erase import delete_tickets, erase_customer, erase_tickets
from routing_svc.work.redact import take_over_subject
from routing_svc.work.reopen import reopen

LISTENS = [
    on_batch(TicketOpened, enqueue),
    on_batch(TicketAssigned, on_assigned),
    on_batch(TicketResolved, end_resolved),
    on_batch(TicketClosed, end_closed),
    on(TicketReopened, reopen),
    on(MessageRedacted, take_over_subject),
    on_batch(TicketErased, erase_tickets),
    on_batch(TicketDeleted, delete_tickets),
    on(CustomerErased, erase_customer),
    on(UserCreated, on_user_created),
    on(UserUpdated, on_user_updated),
]
