from routing_svc.listens import LISTENS


def test_the_names_that_the_inbox_remembers_never_change() -> None:
    assert {listen.name for listen in LISTENS} == {
        "ticket.opened>enqueue",
        "ticket.assigned>on_assigned",
        "ticket.resolved>end_resolved",
        "ticket.closed>end_closed",
        "ticket.reopened>reopen",
        "message.redacted>take_over_subject",
        "ticket.erased>erase_tickets",
        "ticket.deleted>delete_tickets",
        "customer.erased>erase_customer",
        "user.created>on_user_created",
        "user.updated>on_user_updated",
    }
