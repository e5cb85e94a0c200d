"""Programs of Python that commands are given are judged as files of Python are, on their own lines."""

from __future__ import annotations

import pytest

from auditor.engine.map_stage import map_file
from auditor.facts.registry import parsers
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.registry import rules

_DRAWN = "import random\n\ndef collect_metrics():\n    print(f'{random.random()}')\n    return {'cpu_usage': random.uniform(20, 80)}\n\ncollect_metrics()\n"


def _drawn_lines(path: str, language: Language, text: str) -> list[int]:
    data = text.encode()
    wanted = [rule for rule in rules() if rule.id == "AUD205"]
    mapped = map_file(SourceFile(path, "0" * 40, len(data), language, Role.SHIPPED), data, parsers(), wanted)
    return [one.hit.start_line for one in mapped.hits if one.hit.path == path]


def _indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


def test_a_program_behind_c_in_a_step() -> None:
    text = (
        'on: push\njobs:\n  watch:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          python3 -u -c "\n'
    )
    text += _indented(_DRAWN, " " * 10) + '          "\n'
    assert _drawn_lines(".github/workflows/watch.yml", Language.YAML, text) == [12]


def test_a_here_document_in_a_script() -> None:
    text = f"#!/bin/sh\nset -e\npython - <<'EOF'\n{_DRAWN}EOF\n"
    assert _drawn_lines("scripts/watch.sh", Language.SHELL, text) == [8]


@pytest.mark.parametrize(
    "line",
    [
        "name = '${{ github.event.inputs.place || \\\"production\\\" }}'",
        "name = f'{x} ${{ github.ref }}'",
        "count = ${{ github.run_number }}",
        'name = \\"$PLACE\\"',
        "name = '$(hostname)' + '''${PLACE:-here}'''",
    ],
)
def test_what_is_put_in_when_it_runs_does_not_break_the_program(line: str) -> None:
    text = f'#!/bin/sh\npython -c "\nx = 1\n{line}\n{_DRAWN}"\n'
    assert _drawn_lines("scripts/watch.sh", Language.SHELL, text) == [9]


def test_what_is_no_python_is_left_alone() -> None:
    text = f'#!/bin/sh\npython -c "\n{_DRAWN}  )(\n"\necho "\n{_DRAWN}"\n'
    assert _drawn_lines("scripts/watch.sh", Language.SHELL, text) == []
