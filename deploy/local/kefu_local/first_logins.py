"""The first people of a new platform: a supervisor and an agent beside the admin, made once through the gateway."""

from __future__ import annotations

import http.client
import json
from http.cookies import SimpleCookie
from typing import Any

from common.embedded.kept import Kept
from kefu_local.keys import login

_PEOPLE = {
    "supervisor": {"name": "主管 Supervisor", "role": "supervisor"},
    "agent": {"name": "客服 Agent", "role": "agent"},
}
_SKILLS = {"lang:zh": 3, "lang:en": 3}


class Door:
    """The gateway of this machine, entered with a session."""

    def __init__(self, port: int) -> None:
        self._port, self._cookie = port, ""

    def enter(self, email: str, password: str) -> bool:
        """Log in; False when the gateway refuses."""
        return self.ask("POST", "/v1/login", {"email": email, "password": password})[0] == 200

    def ask(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer; (0, {}) when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        headers = {"content-type": "application/json", "x-kefu-csrf": "1", "cookie": self._cookie}
        try:
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
            self._remember(answer.getheader("set-cookie"))
            return answer.status, json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def _remember(self, set_cookie: str | None) -> None:
        if set_cookie:
            self._cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in SimpleCookie(set_cookie).items())


def make_first_people(port: int, logins: Kept) -> bool:
    """Make the supervisor and the agent unless that was done; False when the admin's password is another by now."""
    if logins.read().get("made"):
        return True
    door = Door(port)
    admin = logins.read()["admin"]
    if not door.enter(admin["email"], admin["password"]):
        return False
    for name, person in _PEOPLE.items():
        email, password = login(logins, name, f"{name}@example.com")
        status, made = door.ask("POST", "/v1/users", {"email": email, "password": password, "language": "zh", **person})
        if status == 201 and person["role"] == "agent":
            # Without a language nothing could be routed to them.
            door.ask("PUT", f"/v1/agents/{made['id']}", {"name": person["name"], "skills": _SKILLS})
        if status not in (201, 409):
            return False
    logins.update(made=True)
    return True
