"""Commands with their variables put in, and what they ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine.scan import scan
from auditor.facts.build_commands import make_call
from auditor.facts.compose_commands import compose_call
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.makefile import PARSER, Makefile
from auditor.facts.shell_paths import expand, normal_place
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.inventory import memory_inventory


def _told(script: str) -> tuple[Invocation, ...]:
    inventory, reader = memory_inventory({"deploy/run.sh": "#!/bin/bash\n" + script})
    return invocations(scan(inventory, reader, []).facts)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ('$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)', "@/deploy"),
        ('$(cd "$(dirname "$0")/.." && pwd)', "@"),
        ('"$(dirname "$(readlink -f "$0")")"', "@/deploy"),
        ("$(git rev-parse --show-toplevel)", "@"),
        ('"${0%/*}"', "@/deploy"),
    ],
)
def test_the_folder_of_a_script_is_known(value: str, place: str) -> None:
    told = _told(f'HERE={value}\n"$HERE/x.sh" --now\n')
    assert f"{place}/x.sh" in {one.words[0] for one in told}


@pytest.mark.parametrize("change", ["HERE=/tmp\n", "read -r HERE\n", 'HERE="$1"\n'])
def test_a_variable_with_two_values_is_not_known(change: str) -> None:
    told = _told(f'HERE="$(dirname "$0")"\n{change}"$HERE/x.sh"\n')
    assert "$HERE/x.sh" in {one.words[0] for one in told}


def test_a_function_starts_where_it_is_called() -> None:
    told = _told("away() {\n  cd /srv\n  make inside\n}\nmake outside\n")
    assert {one.words[1]: one.elsewhere for one in told} == {"inside": True, "outside": False}


def test_options_of_make_are_no_targets() -> None:
    (told,) = _told("make -j4 -C web -f x.mk CFLAGS=-O2 build test-all\n")
    call = make_call(told)
    assert call is not None
    assert [name for name, _ in call.targets] == ["build", "test-all"]
    assert (call.folder, call.file) == ("web", "x.mk")


@pytest.mark.parametrize(
    ("command", "services"),
    [
        ("docker compose -f a.yml exec -T -u app web ls db", ["web"]),
        ("docker-compose up -d --scale api=3 --timeout 5 web", ["api", "web"]),
        ("docker compose --profile x logs --tail=5 -f web api", ["web", "api"]),
        ("docker compose down -v", []),
        ("docker compose scale web=2", ["web"]),
    ],
)
def test_services_of_compose(command: str, services: list[str]) -> None:
    (told,) = _told(command + "\n")
    call = compose_call(told)
    assert call is not None
    assert [name for name, _ in call.services] == services


def test_targets_of_a_makefile() -> None:
    text = b".PHONY: a b \\\n  c\nVAR := x: y\nd e: a\n\techo no: target\nrun-%: d\n\ttrue\n-include local.mk\n"
    file = SourceFile(path="Makefile", blob="", size=len(text), language=Language.MAKEFILE, role=Role.SHIPPED)
    fact = PARSER.parse(Source(file, text))
    assert isinstance(fact, Makefile)
    assert fact.targets >= {"a", "b", "c", "d", "e"}
    assert not fact.makes("echo")
    assert fact.makes("run-all")
    assert not fact.makes("run-")


@given(st.text(alphabet="$ABC{}/.:-", max_size=60), st.dictionaries(st.sampled_from("ABC"), st.text(max_size=9)))
def test_expansion_ends_and_is_bounded(text: str, known: dict[str, str]) -> None:
    assert len(expand(text, known, defaults=True)) <= max(2_000, len(text))


@given(st.lists(st.sampled_from(["a", "b", "..", ".", ""]), max_size=12))
def test_a_place_is_normal_once(parts: list[str]) -> None:
    place = normal_place("@/" + "/".join(parts))
    assert normal_place(place) == place
