"""Where paths of the project's own server are asked for, and how sure that is."""

from __future__ import annotations

import pytest

from auditor.engine.scan import scan
from auditor.facts.endpoint_uses import endpoint_uses
from auditor.repo.inventory import memory_inventory

_APP = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/api/v1/orders")\ndef orders():\n    return []\n'


@pytest.mark.parametrize(
    ("path", "bound", "unsure"),
    [("/api/v1/stock", False, False), ("/livez", False, True), ("/livez", True, False)],
)
def test_a_port_of_applications_alone_is_unsure_where_no_route_lies_beside(
    path: str, *, bound: bool, unsure: bool
) -> None:
    start = "import uvicorn\n\nuvicorn.run(app, port=8000)\n" if bound else ""
    inventory, reader = memory_inventory(
        {"shop/app.py": _APP + start, "ops/check.sh": f"#!/bin/sh\ncurl http://localhost:8000{path}\n"}
    )
    uses = endpoint_uses(scan(inventory, reader, []).facts)
    assert [(one.path, one.unsure) for one in uses] == [(path, unsure)]
