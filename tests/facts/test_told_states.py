"""Bad states that a script gives a variable which it only prints."""

from __future__ import annotations

import pytest

from auditor.facts.shell import PARSER
from auditor.facts.shell_program import If
from auditor.facts.source import Source
from auditor.facts.told_states import bad_state_of
from auditor.facts.work_units import units_of
from auditor.model.source import Language, Role, SourceFile

_SCRIPT = '#!/bin/bash\nif curl -f "$URL"; then\n  state=ok\nelse\n  state="❌ FAILED"\nfi\n'


def _told(rest: str) -> str:
    """The state that is told where the script goes on like this."""
    data = (_SCRIPT + rest).encode()
    source = Source(SourceFile("ops/check.sh", "0" * 40, len(data), Language.SHELL, Role.SHIPPED), data)
    parsed = PARSER.parse(source)
    assert parsed is not None
    source.facts = (parsed,)
    unit = next(iter(units_of(source)))
    node = next(one for one in unit.body if isinstance(one, If))
    return bad_state_of(node.otherwise, unit)


@pytest.mark.parametrize(
    "more", ["", 'echo "$state" | tee -a run.log\n', 'test -n "$statement"\n', "cat <<END\n$state\nEND\n"]
)
def test_a_state_that_is_only_printed_is_told(more: str) -> None:
    assert _told(f'echo "$state"\n{more}') == "❌ FAILED"


@pytest.mark.parametrize(
    "read",
    [
        'case "$state" in\n  *FAILED) exit 1 ;;\nesac\n',
        'for word in $state; do\n  test "$word" != FAILED\ndone\n',
        'echo "$state" | grep -v FAILED\n',
        'grep -v FAILED <<< "$state"\n',
        '[ "${state}" = ok ]\n',
        "cat > report <<END\n$state\nEND\n",
    ],
)
def test_a_state_that_something_else_reads_is_not_told(read: str) -> None:
    assert _told(f'echo "$state"\n{read}') == ""
