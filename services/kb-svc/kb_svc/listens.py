"""Which event runs which operation."""

from common.contracts.tickets import TicketOpened
from common.listen import Listen, on_batch
from kb_svc.suggestions.suggest import suggest_for_tickets

LISTENS: list[Listen] = [on_batch(TicketOpened, suggest_for_tickets)]
