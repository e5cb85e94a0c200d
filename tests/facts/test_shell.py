"""Shell programs: structure, lines, effects, and no crash on any bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.base import ParseFailure
from auditor.facts.commented_commands import commented_commands
from auditor.facts.shell import PARSER, ShellFile
from auditor.facts.shell_effects import Effect, effect_of, function_effects
from auditor.facts.shell_program import Chain, Command, Comment, Group, If, Loop, Pipeline, all_commands, commands
from auditor.facts.shell_reader import MAX_DEPTH, read_shell
from auditor.facts.shell_text import mask_expressions
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile


def _parse(data: bytes) -> ShellFile | None:
    file = SourceFile("run.sh", "0" * 40, len(data), Language.SHELL, Role.SHIPPED)
    fact = PARSER.parse(Source(file, data))
    assert fact is None or isinstance(fact, ShellFile)
    return fact


def test_a_chain_keeps_its_sides_its_redirects_and_its_lines() -> None:
    program = read_shell('set -e\npytest tests \\\n  -v > out.txt 2>&1 || {\n  echo "failed"\n  exit 1\n}\n')
    chain = program.body[1]
    assert isinstance(chain, Chain)
    assert (chain.operator, chain.line, chain.end_line) == ("||", 2, 6)
    assert isinstance(chain.left, Command)
    assert chain.left.texts == ("pytest", "tests", "-v")
    assert [one.target.text for one in chain.left.redirects] == ["out.txt", "1"]
    assert isinstance(chain.right, Group)
    assert [command.line for command in all_commands((chain.right,))] == [4, 5]


def test_a_redirect_after_a_chain_belongs_to_its_last_command() -> None:
    chain = read_shell('inspect x > a || echo "{}" > b\n').body[0]
    assert isinstance(chain, Chain)
    assert isinstance(chain.right, Command)
    assert [one.target.text for one in chain.right.redirects] == ["b"]


def test_control_flow_is_kept_apart() -> None:
    text = "if ! grep -q x f; then\n  a\nelif [ -f y ]; then\n  b\nelse\n  c\nfi\nfor i in 1 2; do d | e; done\n"
    conditional, loop = read_shell(text).body
    assert isinstance(conditional, If)
    assert [len(branch.body) for branch in conditional.branches] == [1, 1]
    assert [command.name for command in all_commands(conditional.otherwise)] == ["c"]
    assert isinstance(loop, Loop)
    assert isinstance(loop.body[0], Pipeline)
    assert [word.text for word in loop.words] == ["1", "2"]


def test_a_here_document_has_the_line_of_its_body_and_what_follows_is_chained() -> None:
    (chain,) = read_shell("cat <<EOF > out || true\none\ntwo\nEOF\n").body
    assert isinstance(chain, Chain)
    assert isinstance(chain.left, Command)
    body = next(one.target for one in chain.left.redirects if one.operator == "<<")
    assert (body.line, body.text) == (2, "one\ntwo\n")


def test_substitutions_run_and_bodies_of_functions_do_not() -> None:
    program = read_shell("f() { rm -rf x; }\nv=$(curl -s y)\necho done\n")
    assert [command.name for command in commands(program.body)] == ["", "curl", "echo"]
    assert [function.name for function in program.functions] == ["f"]


def test_expressions_of_workflows_are_masked_to_the_same_length_and_kept_in_words() -> None:
    data = "echo ${{ needs.a.outputs.b }} é".encode()
    assert len(mask_expressions(data)) == len(data)
    (command,) = all_commands(read_shell(data.decode()).body)
    assert command.texts[1] == "${{ needs.a.outputs.b }}"
    assert not command.words[1].literal


def test_comments_know_whether_they_stand_alone() -> None:
    program = read_shell("# first\na # second\n", 10)
    assert program.comments == (
        Comment(text="first", line=10, alone=True),
        Comment(text="second", line=11, alone=False),
    )


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("echo hi", Effect.PRINT),
        ("echo hi > /dev/null", Effect.PRINT),
        ("echo hi > out.txt", Effect.WRITE),
        ('echo "a=b" >> "$GITHUB_OUTPUT"', Effect.RECORD),
        ("sleep 5", Effect.WAIT),
        ("X=1", Effect.SET),
        ("[ -f x ]", Effect.TEST),
        ("exit 1", Effect.LEAVE),
        ("kubectl apply -f x", Effect.WORK),
        ("cat <<EOF\nhi\nEOF", Effect.PRINT),
    ],
)
def test_the_effect_of_a_command(text: str, effect: Effect) -> None:
    command = next(all_commands(read_shell(text).body))
    assert effect_of(command) is effect


def test_a_function_has_the_effects_of_what_it_calls() -> None:
    effects = function_effects(
        read_shell("log() { echo $1; }\nrun() { log x; deploy; }\ndeploy() { kubectl apply; }\n")
    )
    assert effects["log"] == {Effect.PRINT}
    assert Effect.WORK in effects["run"]


def test_what_a_sourced_file_brings_is_known_by_its_name() -> None:
    text = "say hello\ndie gone\nwait_for url\n"
    assert function_effects(read_shell(text)) == {}
    effects = function_effects(read_shell(f'. "$(dirname "$0")/lib.sh"\n{text}say() {{ kubectl apply; }}\n'))
    assert effects == {"say": {Effect.WORK}, "die": {Effect.PRINT, Effect.LEAVE}}


def test_adjacent_commented_commands_are_one_run_and_prose_is_none() -> None:
    text = "a\n# docker is used to build\n# Example: kubectl apply -f k8s/\n# docker run \\\n#   -d api\n\n# make it work\nb\n"
    runs = commented_commands(read_shell(text).comments)
    assert [(run.line, run.end_line) for run in runs] == [(3, 5)]


def test_what_nests_too_deep_is_a_parse_failure() -> None:
    with pytest.raises(ParseFailure):
        _parse(b"( " * (MAX_DEPTH + 5) + b"a" + b" )" * (MAX_DEPTH + 5))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_crash_the_parser(data: bytes) -> None:
    try:
        fact = _parse(data)
    except ParseFailure:
        return  # said so, and did not crash
    assert fact is None or fact.program.line == 1


_PIECES = ("if ", "then ", "fi\n", "$(", ")", "{ ", "}\n", "<<E\n", "E\n", "|| ", "&& ", "| ", "'", '"', "${{", "}}", "for x in ", "do ", "done\n", "case x in ", "esac\n", "# a\n", "[[ ", "]] ", "((", "))", "a ", "=b ", "> ", "f() ", "\\\n", ";; ", "! ", "& ", "elif ", "else ")  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_no_mixture_of_shell_crashes_the_parser(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        program = read_shell(text)
    except ParseFailure:
        return  # said so, and did not crash
    last = text.count("\n") + 1
    assert all(1 <= command.line <= command.end_line <= last + 1 for command in all_commands(program.body))
