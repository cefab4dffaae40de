"""Which event runs which operation."""

from common.contracts.tickets import CustomerErased, TicketDeleted, TicketErased, TicketOpened
from common.listen import Listen, on, on_batch
from kb_svc.suggestions.erase import delete_tickets, erase_customer, erase_tickets
from kb_svc.suggestions.suggest import suggest_for_tickets

LISTENS: list[Listen] = [
    on_batch(TicketOpened, suggest_for_tickets),
    on_batch(TicketErased, erase_tickets),
    on_batch(TicketDeleted, delete_tickets),
    on(CustomerErased, erase_customer),
]
