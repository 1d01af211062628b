"""A real service on a loopback port, for tests that speak HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from integrations.listening import listening_socket
from service.main import create_app
from service.usecases.desk import Desk


@contextmanager
def served(desk: Desk, *, knows_address: bool = False) -> Iterator[str]:
    """Serve a desk, without a worker, on a free port until the block ends.

    ``knows_address``: what the service prints and says leads back to it.
    """
    with listening_socket("127.0.0.1") as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        if knows_address:
            desk = replace(desk, settings=desk.settings.served_at(address))
        config = uvicorn.Config(create_app(desk), log_level="warning", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(20)
