"""The store's description of itself: complete, and true of what a real store answers to whatever fits it or does not.

A longer run by hand: `SCHEMATHESIS_EXAMPLES=2000 python -m pytest tests/sync/central/http/test_openapi.py`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
import msgspec
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from starlette.routing import Route

from sync.central.http.api import STATUS, Api
from sync.central.http.openapi import describe
from sync.central.service.store import Store
from sync.protocol import blobs, codec
from tests.store import District

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "40"))


def test_every_operation_is_described_and_no_other(store: Store) -> None:
    routes = Api(store).application().routes
    served = {(route.path, method) for route in routes if isinstance(route, Route) for method in route.methods or ()}
    described = {(path, method.upper()) for path, each in describe(STATUS)["paths"].items() for method in each}
    spoken = {(path, method) for path, method in served if method != "HEAD" or path == blobs.PATH}
    assert spoken == described  # a HEAD comes with every GET; it says something of its own of an attachment alone


def test_every_error_code_has_a_status() -> None:
    assert set(STATUS) == set(codec.ERRORS)


@schemathesis.serializer(codec.CONTENT_TYPE)
def as_lines(_: object, value: object) -> bytes:
    """A body of lines as it is sent: text as it stands, anything else as one line of JSON."""
    return value.encode("utf-8", "replace") if isinstance(value, str) else msgspec.json.encode(str(value)) + b"\n"


def test_the_store_answers_as_it_describes_itself(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        token = wang.joined().token
    described = schemathesis.openapi.from_dict(httpx.get(live.address + codec.DESCRIPTION_PATH).json())
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        _try_out(found.ok(), live.address, {"Authorization": f"Bearer {token}"})


def _try_out(operation: APIOperation[Any, Any, Any, Any], address: str, headers: dict[str, str]) -> None:
    fitting = operation.as_strategy()
    odd = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(case=st.one_of(fitting, odd) if operation.body else fitting)
    def answers(case: schemathesis.Case[Any]) -> None:
        answer = case.call(base_url=address, headers=headers)
        assert answer.status_code < 500, answer.text
        assert str(answer.status_code) in operation.responses.status_codes
        assert answer.status_code == 200 or answer.json()["error"]["code"] in codec.ERRORS

    answers()
