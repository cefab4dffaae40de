"""The windows of a ticket without a team, as a route asks for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from ticket_svc.teams.windows import Windows


async def standard_windows(request: Request) -> Windows:
    """What the settings say."""
    windows: Windows = request.app.state.platform.settings.windows
    return windows


Standard = Annotated[Windows, Depends(standard_windows)]
