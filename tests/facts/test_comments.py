"""Comments are told from code in every language, inside workflows' scripts too."""

import ast
import io
import tokenize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.facts.base import ParseFailure
from auditor.facts.comment_text import python_comments
from auditor.facts.comment_words import marker_in, phrase_in
from auditor.facts.comments import PARSER, Comment, comments_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile


def _source(language: Language, data: bytes) -> Source:
    return Source(SourceFile("file", "0" * 40, len(data), language, Role.SHIPPED), data)


def _read(language: Language, text: str) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in comments_of(_source(language, text.encode()))]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        (Language.PYTHON, "x = '# no'  # yes\n", [(1, "yes")]),
        (Language.SHELL, "echo '# no' \"${#x}\"\n# yes\n", [(2, "yes")]),
        (
            Language.JAVASCRIPT,
            "const u = 'http://no'; // yes\n/* two\n * three */\n",
            [(1, "yes"), (2, "two"), (3, "three")],
        ),
        (Language.TSX, "const a = <p>{/* yes */}</p>;\n", [(1, "yes")]),
        (Language.GO, 'package a\n\nvar u = "// no" // yes\n', [(3, "yes")]),
        (Language.JAVA, "/** yes */\nclass A {} // two\n", [(1, "yes"), (2, "two")]),
        (Language.RUST, "/// yes\nfn a() {} // two\n", [(1, "yes"), (2, "two")]),
        (Language.C, "int x; /* yes */\n", [(1, "yes")]),
        (Language.DOCKERFILE, "# yes\nFROM alpine:3.20\n", [(1, "yes")]),
        (Language.MAKEFILE, "a:\n\t# yes\n\techo '# no'\n", [(2, "yes")]),
        (Language.HCL, 'a = "# no" # yes\n', [(1, "yes")]),
        (Language.SQL, "select '-- no'; -- yes\n", [(1, "yes")]),
        (Language.TOML, 'a = "x # no"\nb = 1 # yes\n', [(2, "yes")]),
        (Language.INI, "; yes\n[a]\n", [(1, "yes")]),
        (Language.ENV, "# yes\nA=b#no\n", [(1, "yes")]),
        (Language.JSON, '{"a": "# no"}\n', []),
    ],
)
def test_comments_are_told_from_strings(language: Language, text: str, found: list[tuple[int, str]]) -> None:
    assert _read(language, text) == found


_QUOTES = ("'", '"', "'" * 3, '"' * 3)
_INSIDE = ("#", "a", "é", "\\\\", "\\'", '\\"', "'a", '"a', "\\\n", "\n")


@st.composite
def _literals(draw: st.DrawFn) -> str:
    """A string of Python, most often one that parses."""
    quote = draw(st.sampled_from(_QUOTES))
    fitting = [one for one in _INSIDE if len(quote) == 3 or (one != "\n" and one[0] != quote)]
    return quote + "".join(draw(st.lists(st.sampled_from(fitting), max_size=8))) + quote


@given(st.lists(st.tuples(_literals(), st.sampled_from(("\n", " # c\n", "#'\n", ' #"""\n', ";"))), max_size=6))
def test_comments_of_python_are_those_of_the_tokenizer(lines: list[tuple[str, str]]) -> None:
    data = "".join(literal + rest for literal, rest in lines).encode()
    assume(_parses(data))
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    expected = {one.start[0] for one in tokens if one.type == tokenize.COMMENT}
    assert {line for line, _, _ in python_comments(data)} == expected


def _parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


def test_the_shell_of_a_workflow_has_comments_and_its_heredocs_have_none() -> None:
    text = (
        "jobs:\n"
        "  a:\n"
        "    steps:\n"
        "      - run: |\n"
        "          # yes ${{ github.sha }}\n"
        "          cat > x.md <<EOF\n"
        "          # no\n"
        "          EOF\n"
        '          echo "# no"  # two\n'
        "      - description: |\n"
        "          # no\n"
        "# three\n"
    )
    assert _read(Language.YAML, text) == [(5, "yes EXPRESSION"), (9, "two"), (12, "three")]


def test_the_script_of_a_list_counts_as_a_script() -> None:
    assert _read(Language.YAML, "deploy:\n  script:\n    - |\n      # yes\n      make\n") == [(4, "yes")]


def test_docstrings_name_what_they_document() -> None:
    text = (
        '"""Top."""\nclass A:\n    def b(self):\n        """First.\n\n        Last.\n        """\n        return "no"\n'
    )
    assert comments_of(_source(Language.PYTHON, text.encode())) == (
        Comment(1, 1, "Top.", is_docstring=True),
        Comment(4, 4, "First.", is_docstring=True, symbol="A.b"),
        Comment(6, 6, "Last.", is_docstring=True, symbol="A.b"),
    )


def test_a_file_without_any_word_that_a_rule_looks_for_has_no_fact() -> None:
    assert PARSER.parse(_source(Language.PYTHON, b"# plain\n")) is None
    assert PARSER.parse(_source(Language.PYTHON, b"# TODO: more\n")) is not None


@pytest.mark.parametrize(
    "text",
    ["TODO", "TODO: x", "TODO(ann): x", "todo list. FIXME: now", "XXX", "HACK around it", "see (TODO: x)", "@todo x"],
)
def test_markers_are_recognised_by_their_convention(text: str) -> None:
    assert marker_in(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "todo",
        "XXX-XXXX",
        "mktemp /tmp/x.XXXXXX",
        "a TODO list",
        "TODO list app",
        "Hack: no",
        "the hack",
        "TODOS",
        "noqa: TD002",
    ],
)
def test_what_only_looks_like_a_marker_is_none(text: str) -> None:
    assert marker_in(text) is None


def test_a_phrase_is_judged_by_where_it_stands() -> None:
    assert phrase_in("In production, use the queue", docstring=False, test=False) is not None
    assert phrase_in("In production, use the queue", docstring=True, test=False) is None
    assert phrase_in("for now, assume success", docstring=False, test=True) is not None
    assert phrase_in("used in production use cases", docstring=False, test=False) is None
    assert phrase_in("Simulate a failed deployment", docstring=False, test=False) is None


@given(st.sampled_from(sorted(Language)), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(language: Language, data: bytes) -> None:
    try:
        found = PARSER.parse(_source(language, b"# TODO\n" + data))
    except ParseFailure:
        return
    assert found is None or found.kind == "comments"
