"""The table of commands. A command's module is imported only when it is asked for, so that each starts quickly."""

from __future__ import annotations

import importlib
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

_COMMANDS = {
    "up": "Start the whole platform on this machine; Ctrl-C stops it.",
    "down": "Stop the platform that `kefu up` runs in another terminal.",
    "scale": "More or fewer processes of one role, on a platform with --copies.",
    "status": "What runs, where, how healthy, and what waits in the queues.",
    "doctor": "Every error of this machine and this configuration at once.",
    "backup": "Every database as of one instant, in one verified file.",
    "restore": "Put a backup in the place of what the databases hold.",
    "migrate": "Bring the databases of the services up to date.",
    "outbox": "What each service said and the bus does not have yet.",
    "topics": "Make the topics that are missing on Kafka, and say what differs.",
    "support-bundle": "A ZIP for whoever helps: versions, counts, logs; no secrets and no texts.",
    "dead-letters": "Events that could not be taken: list, show, replay, skip.",
    "import": "Bring tickets, customers or articles in from files, as new work or as history.",
    "bench": "Measure this machine: rates, latencies and costs, beside their bounds.",
    "soak": "Steady load for half an hour with a kill a minute, and what grew.",
    "verify": "Whether all that was acknowledged happened, once and in order.",
    "test": "Run every test that this machine can run.",
    "check": "Format, lint, types and import contracts.",
    "gen-secrets": "Draw the keys and passwords of a deployment: env file or k8s Secrets.",
    "lock": "For maintainers: renew requirements.lock.",
}
_MODULES = {
    "backup": "backup.command",
    "restore": "backup.restore",
    "dead-letters": "dead_letters",
    "gen-secrets": "drawn.command",
    "support-bundle": "support_bundle.command",
    "import": "bring_in.command",
    "bench": "bench.command",
    "soak": "bench.soak",
    "verify": "verify.command",
}


class _Lazy(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the signature is click's
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  # as above
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"kefu_local.{_MODULES.get(cmd_name, cmd_name)}")
        command = get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # as above
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_commands(ctx, formatter)


app = typer.Typer(cls=_Lazy, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def kefu() -> None:
    """Kefu (客服): the customer service platform on one machine. `kefu COMMAND --help` tells more."""
