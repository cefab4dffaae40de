"""Somebody at the gateway's door: logged in, patient with what passes, and told what else is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

_LATER = {425, 429, 500, 502, 503, 504}


class Refusal(Exception):
    """The platform refused for good; `status` says how."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


class Visitor:
    """One person's session with the platform."""

    def __init__(self, url: str, email: str, password: str) -> None:
        headers = {"x-kefu-csrf": "1"}
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=30, trust_env=False)
        self._credentials = {"email": email, "password": password}

    async def __aenter__(self) -> Visitor:
        await self._log_in()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET. Raises Refusal."""
        return await self.ask("GET", path, params=params)

    async def ask(self, method: str, path: str, body: Any = None, *, params: dict[str, Any] | None = None) -> Any:
        """The JSON of an answer; waits out what passes. Raises Refusal for the rest."""
        while True:
            try:
                answer = await self._client.request(method, path, json=body, params=params)
            except httpx.TransportError:
                await asyncio.sleep(2)
                continue
            if answer.status_code == 401:
                await self._log_in()
            elif answer.status_code in _LATER:
                await asyncio.sleep(min(30.0, float(answer.headers.get("retry-after") or 2)))
            elif answer.status_code >= 400:
                raise Refusal(answer.status_code, answer.text)
            else:
                return answer.json() if answer.content else None

    async def _log_in(self) -> None:
        while True:
            try:
                answer = await self._client.post("/v1/login", json=self._credentials)
            except httpx.TransportError:
                await asyncio.sleep(2)
                continue
            if answer.status_code == 200:
                return
            if answer.status_code not in _LATER:
                raise Refusal(answer.status_code, answer.text)
            await asyncio.sleep(5)
