"""Which event runs which operation."""

from functools import partial

from common.contracts.feedback import RecoveryClosed, RecoveryOpened, SurveyAnswered
from common.contracts.gateway import UserCreated, UserUpdated
from common.contracts.kb import SuggestionMade
from common.contracts.routing import AgentJoined, AgentUpdated, AssignmentMade
from common.contracts.tickets import (
    CustomerErased,
    MessageEdited,
    MessageRedacted,
    TicketAbsorbed,
    TicketDeleted,
    TicketErased,
    TicketImported,
    TicketMerged,
    TicketNoted,
    TicketOpened,
    TicketReleased,
    TicketReplied,
    TicketSplit,
    TicketUnmerged,
    TicketUpdated,
)
from common.listen import Listen, on, on_batch
from ticket_svc.changes.hear import FEED
from ticket_svc.exports.cancel import withdraw_exports
from ticket_svc.incidents import suggest
from ticket_svc.rights.answers import ANSWERS, on_copies_erased
from ticket_svc.rules import happenings, hear
from ticket_svc.search import follow
from ticket_svc.settings import Settings
from ticket_svc.tickets import assign, know_agent, know_colleague, remember

LISTENS = [
    on_batch(TicketOpened, suggest.on_tickets_opened, once=False),
    on_batch(AssignmentMade, assign.on_assignments_made),
    on(AgentJoined, know_agent.on_agent_joined),
    on(AgentUpdated, know_agent.on_agent_updated),
    on(UserCreated, know_colleague.on_user_created),
    on(UserUpdated, know_colleague.on_user_updated),
    on_batch(SuggestionMade, remember.on_suggestions_made),
    on(SurveyAnswered, remember.on_survey_answered),
    on(RecoveryOpened, remember.on_recovery_opened),
    on(RecoveryClosed, remember.on_recovery_closed),
    *(on(answer, on_copies_erased) for answer in ANSWERS),
    # Our own: what is said is found a moment later.
    on_batch(TicketOpened, follow.on_texts_changed, once=False),
    on_batch(TicketImported, follow.on_texts_changed, once=False),
    on_batch(TicketReplied, follow.on_texts_changed, once=False),
    on_batch(TicketNoted, follow.on_texts_changed, once=False),
    on_batch(TicketUpdated, follow.on_texts_changed, once=False),
    on_batch(MessageEdited, follow.on_texts_changed, once=False),
    on_batch(MessageRedacted, follow.on_texts_changed, once=False),
    on_batch(TicketMerged, follow.on_texts_changed, once=False),
    on_batch(TicketAbsorbed, follow.on_texts_changed, once=False),
    on_batch(TicketUnmerged, follow.on_texts_changed, once=False),
    on_batch(TicketReleased, follow.on_texts_changed, once=False),
    on_batch(TicketSplit, follow.on_texts_changed, once=False),
    # What stands in the change feed: changes/told.py.
    *FEED,
    # No file brings back what was made unreadable.
    on_batch(MessageRedacted, withdraw_exports),
    on_batch(TicketErased, withdraw_exports),
    on_batch(TicketDeleted, withdraw_exports),
    on_batch(CustomerErased, withdraw_exports),
]


def listens(settings: Settings) -> list[Listen]:
    """All of it: with the rules, whose actions depend on the settings."""
    asked = partial(hear.on_happened, standard=settings.windows)
    return [*LISTENS, *(on_batch(event, asked, name=f"{event.TYPE}>rules") for event in happenings.EVENTS)]
