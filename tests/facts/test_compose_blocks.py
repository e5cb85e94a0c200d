"""Which variables belong to a store that nobody reaches from outside of the composition."""

import pytest

from auditor.facts.compose_blocks import is_inner_store
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

_SERVICES = """\
x-shared: &shared
  POSTGRES_PASSWORD: shared
services:
  # stores
  db:
    environment:
{% if replicas %}
      POSTGRES_PASSWORD: inner

      # POSTGRES_USER: commented
  open:
    environment:
      POSTGRES_PASSWORD: open
    ports: ["5432:5432"]
  wide:
    network_mode: host
    environment:
      POSTGRES_PASSWORD: wide
 odd:
    POSTGRES_PASSWORD: nowhere
  cache:
    environment: {REDIS_PASSWORD: inner}
volumes:
  db:
    POSTGRES_PASSWORD: volume
"""


def _lines(text: str, name: str) -> set[int]:
    source = Source(
        SourceFile(path="compose.yml", blob="0", size=len(text), language=Language.YAML, role=Role.SHIPPED),
        text.encode(),
    )
    return {number for number in range(1, len(source.lines) + 1) if is_inner_store(name, source, number)}


def test_the_lines_of_services_without_ports_are_those_of_an_inner_store() -> None:
    found = _lines(_SERVICES, "POSTGRES_PASSWORD")
    assert {one for one, line in enumerate(_SERVICES.splitlines(), 1) if "inner" in line} <= found
    assert found == {*range(5, 11), 21, 22}


def test_what_is_no_store_has_no_such_line() -> None:
    assert _lines(_SERVICES, "SHOP_PASSWORD") == set()


@pytest.mark.parametrize(
    "text", ["", "services:\n", "services:\n# none\n", "db:\n  image: postgres\n", "services: {}\n  db:\n"]
)
def test_without_services_nothing_is_inner(text: str) -> None:
    assert _lines(text, "POSTGRES_PASSWORD") == set()
