"""A server that answers always the same, unread: how quick our client can be at all."""

from __future__ import annotations

import argparse
import asyncio

from service.bench.processes import LOOPBACK

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n" + b'{"hello":"world"}'


class _Responder(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):
            self._transport.write(_ANSWER)


async def _serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Responder, LOOPBACK, port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(_serve(parser.parse_args().port))
