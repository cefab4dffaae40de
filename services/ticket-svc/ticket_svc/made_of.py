"""What this service is made of."""

from dataclasses import replace
from datetime import timedelta

from common.made_of import Service
from common.retention import Kept
from ticket_svc.app import build
from ticket_svc.attachments.upload import WAITS
from ticket_svc.audit import note
from ticket_svc.changes.keep import KEPT
from ticket_svc.exports.state import RECORDED
from ticket_svc.joining.keep import RETENTION
from ticket_svc.macros import count
from ticket_svc.rights import export
from ticket_svc.rules import runs
from ticket_svc.settings import Settings
from ticket_svc.tickets import figures
from ticket_svc.worker import LISTENS, listens, timers
from ticket_svc.writing.draft import KEPT_FOR


def _fitted(service: Service, settings: Settings) -> Service:
    return replace(service, listens=listens(settings), timers=timers(settings))


SERVICE = Service(
    name="ticket-svc",
    owner="ticket",
    package="ticket_svc",
    settings=Settings,
    build=build,
    listens=LISTENS,
    timers={},  # They depend on the settings, and so do the rules: see worker.py, listens.py.
    fitted=_fitted,
    measures=figures.MEASURES,
    keeps=(
        # Its pieces go with it.
        Kept("attachment", "waits_since", WAITS),
        Kept("draft", "updated_at", KEPT_FOR),
        Kept("customer_merge", "merged_at", RETENTION),
        Kept("rule_run", "at", runs.KEPT_FOR),
        Kept("macro_use", "last_at", count.KEPT_FOR),
        Kept("change", "changed_at", KEPT),
        Kept("export_piece", "expires_at", timedelta(0)),
        Kept("export", "started_at", RECORDED),
        Kept("audit_entry", "at", note.RETENTION),
        Kept("customer_export", "at", export.RETENTION),
    ),
)
