"""The web chat as a channel. Its page fetches what was said, so sending is only letting it be seen."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import Forged, Ignored
from bot.model import FileRef, Inbound, Limits, Reply


class WebChannel:
    name = "web"
    limits = Limits(text=100_000, buttons=13, title=40, callback=1024)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        raise Forged("the web chat has no webhook")

    def parse(self, body: bytes) -> list[Inbound]:
        raise Ignored("the web chat has no webhook")

    async def announce(self, public_url: str) -> None:
        return None

    async def trouble(self, public_url: str) -> str:
        return ""

    async def fetch(self, file: FileRef) -> bytes:
        raise Ignored("the gateway keeps the web chat's files when they are uploaded")

    async def send(self, address: str, part: Reply, key: str) -> str:
        return key

    async def received(self, message: Inbound) -> None:
        return None

    async def typing(self, address: str, answering: str = "") -> None:
        return None

    async def close(self) -> None:
        return None
