"""A real service on a loopback port, for tests that speak HTTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from service.main import create_app
from service.usecases.desk import Desk


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Serve a desk, without a worker, on a free port until the block ends."""
    app = create_app(desk)
    config = uvicorn.Config(app, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
