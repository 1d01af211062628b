"""Which router a request is for, by the beginning of its path.

The framework asks one router after the other, and each of them one route after the
other. Most can be left out at a glance: their paths begin otherwise, or are shorter or
longer. Stands before the routers, which are still there for all that is not in a hurry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.types import Receive, Scope, Send

_CHOSEN = "dat.router"

# The first piece of a path, and of how many pieces it is.
Shape = tuple[str, int]


class WayIn(BaseRoute):
    """Asks only the routers with a path of the shape that is wanted, in their order."""

    def __init__(self, routers: Iterable[tuple[APIRouter, BaseRoute]]) -> None:
        self._by_shape: defaultdict[Shape, list[BaseRoute]] = defaultdict(list)
        for router, included in routers:
            paths = {each.path for each in router.routes if isinstance(each, Route)}
            for shape in {_shape_of_route(path) for path in paths}:
                self._by_shape[shape].append(included)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Choose the first router that takes the path, best with its method too."""
        partly: tuple[Match, Scope] = (Match.NONE, {})
        if scope["type"] != "http":
            return partly
        for router in self._by_shape.get(_shape(scope["path"]), ()):
            match, child = router.matches(scope)
            found = match, {**child, _CHOSEN: router}
            if match is Match.FULL:
                return found
            if match is Match.PARTIAL and partly[0] is Match.NONE:
                partly = found
        return partly

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to the router that was chosen."""
        router: BaseRoute = scope[_CHOSEN]
        await router.handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:  # noqa: ANN401  as the framework has it
        """Leave the address of a route to its router."""
        raise NoMatchFound(name, path_params)


def _shape(path: str) -> Shape:
    pieces = path.split("/")
    return "/".join(pieces[:2]), len(pieces)


def _shape_of_route(path: str) -> Shape:
    shape = _shape(path)
    if "{" in shape[0] or ":path}" in path:
        raise ValueError(f"{path!r} could be of any shape")
    return shape
