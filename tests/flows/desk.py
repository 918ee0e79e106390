"""Staff in front of the console, over the real ASGI app."""

from __future__ import annotations

import re
from typing import Any

from starlette.testclient import TestClient

from bot.console.app import create_app
from bot.wiring import House

PASSWORD = "caballo grapa lluvia"
ORIGIN = "http://consola.test"


class Desk:
    """A browser of one staff member. role: empty for somebody without a session."""

    def __init__(self, house: House, role: str = "", email: str = "") -> None:
        self.house = house
        self.http = TestClient(create_app(house), base_url=ORIGIN, follow_redirects=False)
        self.email = email or f"{role}@ejemplo.mx"
        if role:
            given = house.accounts.add(self.email, role)
            self.enters(given)
            self.sends("/cuenta/contrasena", old=given, new=PASSWORD, again=PASSWORD)

    def enters(self, password: str = PASSWORD) -> Any:
        self.http.get("/entrar")
        return self.sends("/entrar", email=self.email, password=password)

    def sees(self, path: str, status: int = 200) -> str:
        answer = self.http.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.headers.get("location"))
        return answer.text

    @property
    def csrf(self) -> str:
        page = self.http.get(
            "/entrar" if "bt_sesion" not in self.http.cookies else "/cuenta/contrasena", follow_redirects=True
        )
        return re.search(r'<meta name="csrf" content="(\w*)"', page.text)[1]

    def sends(self, path: str, files: Any = None, **fields: Any) -> Any:
        return self.http.post(path, data={"csrf": self.csrf, **fields}, files=files)

    @property
    def id(self) -> str:
        with self.house.store.read() as tx:
            return tx.staff_by_email(self.email).id
