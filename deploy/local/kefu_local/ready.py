"""Asking a process of this machine whether it is ready."""

from __future__ import annotations

import http.client


def answers_ready(port: int, *, timeout: float = 1.0) -> bool:
    """Whether GET /readyz on 127.0.0.1:`port` answers 200 within `timeout` seconds."""
    return probe(port, "/readyz", timeout=timeout)[0] == 200


def probe(port: int, path: str, *, timeout: float = 1.0) -> tuple[int, str]:
    """Status and body of a GET; (0, reason) when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(1_000_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error) or type(error).__name__
    finally:
        connection.close()
