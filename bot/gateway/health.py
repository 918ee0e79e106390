"""Is it alive, is it ready, and how much waits."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.store.base import now
from bot.wiring import House

#: What only this process has seen.
SEEN = CollectorRegistry()
REFUSED = Counter("buentrato_requests_refused", "requests that were not let in", ["what", "why"], registry=SEEN)


async def alive(request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> JSONResponse:
    """200 when database, Rasa and action server all answer; else 503, with the part that does not."""
    house: House = request.app.state.house
    database, rasa, actions = await asyncio.gather(
        asyncio.to_thread(_database_answers, house), house.rasa.ready(), house.rasa.actions_ready()
    )
    parts = {"database": database, "rasa": rasa, "actions": actions}
    return JSONResponse({"ready": all(parts.values()), "parts": parts}, status_code=200 if all(parts.values()) else 503)


async def metrics(request: Request) -> Response:
    """Prometheus text, for this machine only."""
    if not _is_loopback(request):
        return Response(status_code=404)
    return Response(await asyncio.to_thread(_metrics, request.app.state.house), media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    host = request.client.host if request.client else ""
    try:
        return ipaddress.ip_address(host).is_loopback and "x-forwarded-for" not in request.headers
    except ValueError:
        return False


def _metrics(house: House) -> bytes:
    registry = CollectorRegistry()
    with house.store.read() as tx:
        oldest, failed = tx.oldest_waiting(), tx.failed_counts()
        values = {
            "buentrato_inbox_waiting": ("messages not answered yet", tx.waiting_count()),
            "buentrato_inbox_oldest_seconds": ("age of the oldest message not answered yet", _age(oldest["inbox"])),
            "buentrato_inbox_failed": ("messages nobody could answer", sum(failed["inbox"].values())),
            "buentrato_outbox_oldest_seconds": ("age of the oldest message not sent yet", _age(oldest["outbox"])),
            "buentrato_outbox_failed": ("messages given up on", sum(failed["outbox"].values())),
            "buentrato_outbox_held": ("messages kept until the person writes", tx.held_count()),
            "buentrato_inbox_set_aside": ("parts of webhooks that nobody acts on", tx.set_aside_count()),
            "buentrato_cases": ("complaints filed", tx.case_count()),
            "buentrato_handoffs_open": ("people waiting for a person", len(tx.handoff_queue())),
        }
        refused_files = tx.counted("refused.")
    for name, (help_, value) in values.items():
        Gauge(name, help_, registry=registry).set(value)
    files = Gauge("buentrato_files_refused", "attachments that could not be kept", ["reason"], registry=registry)
    for reason, number in refused_files.items():
        files.labels(reason).set(number)
    return generate_latest(registry) + generate_latest(SEEN)


def _age(since: datetime | None) -> float:
    return (now() - since).total_seconds() if since else 0.0


def _database_answers(house: House) -> bool:
    try:
        house.store.ping()
    except SQLAlchemyError:
        return False
    return True
