"""Signs of life of a process without pages: the counts of a worker, on its own port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response

from integrations.listening import listening_socket
from service.api import health
from service.errors import AppError, status_of
from service.main import NO_TELEMETRY
from service.usecases.desk import Desk

_PATIENCE = 5.0  # seconds


@contextmanager
def signs(desk: Desk) -> Iterator[None]:
    """Answer at the port of the settings until the block ends; none set: nowhere.

    ``/metrics`` is for whom it is for at the pages: who has the token, or this machine.
    """
    settings = desk.settings
    if settings.metrics_port is None:
        yield
        return
    with listening_socket(settings.metrics_host, settings.metrics_port) as listening:
        config = uvicorn.Config(
            _application(desk),
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=server.run, args=([listening],), name="signs", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


def _application(desk: Desk) -> FastAPI:
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, telemetry=NO_TELEMETRY
    )
    app.state.desk = desk
    app.add_exception_handler(AppError, _refuse)
    app.include_router(health.router)
    return app


def _refuse(_request: Request, error: Exception) -> Response:
    return Response(status_code=status_of(error))
