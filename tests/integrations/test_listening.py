"""What a server answers leaves at once, piece by piece."""

import asyncio
import socket

import pytest

from integrations.listening import listening_socket


def test_no_piece_of_an_answer_waits_for_the_other_side():
    async def answers_at_once() -> bool:
        heard: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ours = writer.get_extra_info("socket")
            heard.set_result(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with listening_socket("127.0.0.1") as listening:
            server = await asyncio.start_server(serve, sock=listening)
            port = listening.getsockname()[1]
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            async with server:
                told = await heard
            writer.close()
            return bool(told)

    assert asyncio.run(answers_at_once())


def test_a_port_that_is_taken_is_said_so():
    with listening_socket("127.0.0.1") as taken, pytest.raises(OSError, match="in use"):
        listening_socket("127.0.0.1", taken.getsockname()[1])
