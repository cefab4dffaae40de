"""Everything feedback-svc listens to."""

from datetime import timedelta
from functools import partial

from common.contracts.tickets import (
    CustomerErased,
    CustomerMerged,
    CustomerUnmerged,
    MessageRedacted,
    TicketDeleted,
    TicketErased,
    TicketReopened,
    TicketResolved,
)
from common.listen import Listen, on, on_batch
from feedback_svc.customers.follow import on_customer_merged, on_customer_unmerged
from feedback_svc.surveys.erase import delete_tickets, erase_customer, erase_tickets
from feedback_svc.surveys.plan import plan_surveys
from feedback_svc.surveys.redact import take_over_subject
from feedback_svc.surveys.withdraw import withdraw_survey


def listens(*, survey_delay: timedelta) -> list[Listen]:
    """Which event runs which operation."""
    plan = partial(plan_surveys, delay=survey_delay)
    return [
        on_batch(TicketResolved, plan, name="ticket.resolved>plan_surveys"),
        on(TicketReopened, withdraw_survey),
        on(MessageRedacted, take_over_subject),
        on_batch(TicketErased, erase_tickets),
        on_batch(TicketDeleted, delete_tickets),
        on(CustomerErased, erase_customer),
        on(CustomerMerged, on_customer_merged),
        on(CustomerUnmerged, on_customer_unmerged),
    ]
