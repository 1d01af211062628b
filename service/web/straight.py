"""Answers a request in one go to a thread, with no more steps than its route has.

The framework works out anew for each request what a route depends on, asks each of them
by itself, and goes to a thread and back for each that may wait. What a route of ours
depends on is known when the service starts: the steps are written down once, and all
that follow each other without waiting for the visitor are taken in one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import (
    isasyncgenfunction,
    iscoroutinefunction,
    isfunction,
    isgeneratorfunction,
)
from itertools import groupby
from typing import Any, TypeGuard, get_type_hints

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

Call = Callable[..., Any]
Known = dict[Call, Any]


@dataclass(frozen=True, slots=True)
class _Step:
    """One call with what it is given: by earlier steps, by the request, the address."""

    call: Call
    given: Sequence[tuple[str, Call]]
    request: str | None
    from_path: Sequence[Any]
    from_query: Sequence[Any]

    @property
    def waits(self) -> bool:
        """Return whether it waits for the visitor: for a form that is still coming."""
        return iscoroutinefunction(self.call)

    def arguments(self, request: Request, known: Mapping[Call, Any]) -> dict[str, Any]:
        """Return what it is called with; raise RequestValidationError for an address.

        That is what the framework raises for a part of it that is no such value.
        """
        told: dict[str, Any] = {name: known[call] for name, call in self.given}
        if self.request is not None:
            told[self.request] = request
        if self.from_path:
            told |= _read(self.from_path, request.path_params)
        if self.from_query:
            told |= _read(self.from_query, request.query_params)
        return told


class Straight(BaseRoute):
    """A route of a router, with its steps in front of it."""

    def __init__(self, route: APIRoute) -> None:
        self.route = route
        self._methods: Collection[str] = route.methods or ()
        steps = [*_steps_of(route.dependant)]
        self._legs = [
            (waits, [*leg]) for waits, leg in groupby(steps, lambda step: step.waits)
        ]
        self._last = steps[-1].call

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether the route takes the request."""
        return self.route.matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the steps, and send what the last one answers.

        A method that is none of the route is refused as the framework does it.
        """
        if scope["method"] not in self._methods:
            await self.route.handle(scope, receive, send)
            return
        request = Request(scope, receive, send)
        known: Known = {}
        for waits, leg in self._legs:
            if waits:
                for step in leg:
                    arguments = step.arguments(request, known)
                    known[step.call] = await step.call(**arguments)
            else:
                await run_in_threadpool(_take, leg, request, known)
        response: Response = known[self._last]
        await response(scope, receive, send)


def goes_straight(route: BaseRoute) -> TypeGuard[APIRoute]:
    """Return whether a route only needs what is known here of routes.

    It answers by itself, takes no body as a model, and yields nothing in between.
    """
    if type(route) is not APIRoute or iscoroutinefunction(route.endpoint):
        return False
    answer = get_type_hints(route.endpoint).get("return")
    if not (isinstance(answer, type) and issubclass(answer, Response)):
        return False
    return all(_is_plain(each) for each in _all_of(route.dependant))


def _all_of(dependant: Dependant) -> Iterator[Dependant]:
    for each in dependant.dependencies:
        yield from _all_of(each)
    yield dependant


def _is_plain(dependant: Dependant) -> bool:
    call = dependant.call
    if not isfunction(call) or isgeneratorfunction(call) or isasyncgenfunction(call):
        return False
    return dependant.use_cache and not (
        dependant.body_params
        or dependant.header_params
        or dependant.cookie_params
        or dependant.response_param_name
        or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
        or dependant.http_connection_param_name
    )


def _steps_of(dependant: Dependant) -> Iterator[_Step]:
    """Return each call once, after all that it needs."""
    seen: set[Call] = set()
    for each in _all_of(dependant):
        if each.call is None or each.call in seen:
            continue
        seen.add(each.call)
        given = [
            (one.name, one.call)
            for one in each.dependencies
            if one.name is not None and one.call is not None
        ]
        yield _Step(
            each.call,
            given,
            each.request_param_name,
            each.path_params,
            each.query_params,
        )


def _take(leg: Sequence[_Step], request: Request, known: Known) -> None:
    for step in leg:
        known[step.call] = step.call(**step.arguments(request, known))


def _read(fields: Sequence[Any], told: Any) -> dict[str, Any]:  # noqa: ANN401  as the framework has it
    values, errors = request_params_to_args(fields, told)
    if errors:
        raise RequestValidationError(errors)
    return values
