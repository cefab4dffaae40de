"""The stage of ticket-svc."""

from __future__ import annotations

import pytest_asyncio
from hypothesis import HealthCheck, settings

from common.testing.plugin import FreshStage
from common.testing.stage import Stage
from ticket_svc.made_of import SERVICE

# A busy machine is no reason for a property to fail.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest_asyncio.fixture(loop_scope="session")
async def stage(fresh_stage: FreshStage) -> Stage:
    """ticket-svc with a database of its own."""
    return await fresh_stage(SERVICE)
