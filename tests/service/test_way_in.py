"""Requests find their route at a glance, and prints keep nobody else waiting."""

import threading

import anyio
import anyio.to_thread
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from service.web.at_once import PLACES, LendingPrinter, open_places
from service.web.way_in import WayIn


def app_of(*routers):
    app = FastAPI(openapi_url=None)
    for router in routers:
        app.include_router(router)
    included = app.router.routes[-len(routers) :]
    app.router.routes[:] = [WayIn(zip(routers, included, strict=True))]
    return app


def router_with(path, answer, method="GET"):
    router = APIRouter()
    router.add_api_route(path, lambda: answer, methods=[method])
    return router


def test_the_first_router_with_the_path_and_the_method_answers():
    client = TestClient(
        app_of(
            router_with("/a/{name}", "posted", "POST"),
            router_with("/a/{name}", "first"),
            router_with("/a/b", "second"),
            router_with("/", "home"),
        )
    )
    assert client.get("/a/b").json() == "first"
    assert client.post("/a/b").json() == "posted"
    assert client.get("/").json() == "home"


@pytest.mark.parametrize("path", ["/b", "/a", "/a/b/c", "//", "*"])
def test_a_path_of_another_shape_is_not_found(path):
    client = TestClient(app_of(router_with("/a/{name}", "")))
    assert client.get(path).status_code == 404


def test_a_wrong_method_is_told_from_a_wrong_path():
    client = TestClient(app_of(router_with("/a/{name}", ""), router_with("/a/b", "")))
    assert client.delete("/a/b").status_code == 405


@pytest.mark.parametrize("path", ["/{anything}", "/a/{rest:path}"])
def test_a_route_of_any_shape_is_refused_when_the_service_starts(path):
    with pytest.raises(ValueError, match="any shape"):
        app_of(router_with(path, ""))


class SlowPress:
    """A press whose papers are finished when it is told so."""

    def __init__(self):
        self.asked = threading.Semaphore(0)
        self.finish = threading.Event()

    def print(self, *_sheets):
        self.asked.release()
        assert self.finish.wait(30)
        return b"%PDF-"

    def close(self):
        """Nothing is open."""


def test_whoever_waits_for_a_paper_keeps_no_page_waiting():
    press = SlowPress()
    lending = LendingPrinter(press)

    async def many_papers_and_a_page():
        open_places()
        async with anyio.create_task_group() as group:
            for _ in range(PLACES):
                group.start_soon(anyio.to_thread.run_sync, lending.print)
            for _ in range(PLACES):
                await anyio.to_thread.run_sync(press.asked.acquire)
            press.finish.set()
        return anyio.to_thread.current_default_thread_limiter().total_tokens

    assert anyio.run(many_papers_and_a_page) == PLACES


def test_a_command_prints_without_a_place():
    press = SlowPress()
    press.finish.set()
    assert LendingPrinter(press).print() == b"%PDF-"
