"""Programs that are handed to another shell, with their lines."""

import pytest

from auditor.facts.handed_shell import handed_programs
from auditor.facts.shell_program import all_commands
from auditor.facts.shell_reader import read_shell


def _handed(text: str) -> list[tuple[str, int]]:
    return [
        (one.text, one.line) for program in handed_programs(read_shell(text).body) for one in all_commands(program.body)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ssh shop.io <<'END'\ncd /srv\n./ship\nEND\n", [("cd /srv", 2), ("./ship", 3)]),
        ('echo a\nssh -p 22 me@shop.io "cd /srv && ./ship"\n', [("cd /srv", 2), ("./ship", 2)]),
        ("bash -c './one; ./two'\n", [("./one", 1), ("./two", 1)]),
        ("docker compose exec -T api sh -c './one'\n", [("./one", 1)]),
        ('kubectl exec pod -- bash -lc "\n./one\n"\n', [("./one", 2)]),
        ("f() {\n  ssh h <<END\n./one\nEND\n}\n", [("./one", 3)]),
    ],
)
def test_what_another_shell_runs_is_read(text: str, expected: list[tuple[str, int]]) -> None:
    assert _handed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ssh shop.io\n",
        "ssh shop.io uptime\n",
        "bash ship.sh\n",
        "cat <<END\n./one\nEND\n",
        "python -c './one'\n",
        "docker run api -c 'x y'\n",
    ],
)
def test_what_no_shell_runs_is_not(text: str) -> None:
    assert _handed(text) == []


def test_what_is_too_long_for_a_program_is_left_out() -> None:
    assert _handed("bash -c '" + "./one;" * 10_000 + "'\n") == []
