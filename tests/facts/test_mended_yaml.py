"""The second reading of pipelines that are no YAML."""

from __future__ import annotations

import pytest

from auditor.engine.map_stage import map_file
from auditor.facts.base import ParseFailure, Unreadable
from auditor.facts.compose_file import ComposeFile
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.mended_yaml import read_meant
from auditor.facts.open_texts import closing_line
from auditor.facts.registry import parsers
from auditor.facts.yaml_tree import Mapping, Node, Scalar, walk
from auditor.model.source import Language, Role, SourceFile

_HEAD = "on: push\njobs:\n  ship:\n    runs-on: ubuntu-24.04\n    steps:\n"
_TAIL = "      - name: last\n        run: make last\n"


def _file(path: str, data: bytes) -> SourceFile:
    return SourceFile(path, "0" * 40, len(data), Language.YAML, Role.SHIPPED)


def _texts(nodes: tuple[Node, ...]) -> list[str]:
    return [one.text for node in nodes for one in walk(node) if isinstance(one, Scalar)]


def _line_of(nodes: tuple[Node, ...], text: str) -> int:
    return next(
        one.line for node in nodes for one in walk(node) if isinstance(one, Scalar) and one.text.rstrip("\n") == text
    )


@pytest.mark.parametrize(
    ("step", "script"),
    [
        pytest.param(
            '      - run: |\n          python -c "\nimport json\ntry:\n    json.load(open(1))\nexcept OSError:\n    pass\n          "\n          echo end\n',
            'python -c "\nimport json\ntry:\n    json.load(open(1))\nexcept OSError:\n    pass\n          "\necho end\n',
            id="a program in quotes at the left edge, whose lines look like keys",
        ),
        pytest.param(
            "      - run: |\n          cat > notes.md << 'EOF'\n# Notes\n- [ ] it's open\n\nkey: value\nEOF\n          echo end\n",
            "cat > notes.md << 'EOF'\n# Notes\n- [ ] it's open\n\nkey: value\nEOF\necho end\n",
            id="a here-document at the left edge",
        ),
        pytest.param(
            "      - uses: actions/github-script@v7\n        with:\n          script: |\n            say(`# Report\n\n${text}\n*done*`);\n",
            "say(`# Report\n\n${text}\n*done*`);\n",
            id="a text in backticks",
        ),
        pytest.param(
            "      - uses: some/mail@v1\n        with:\n          body: |\n            Dear all,\nit is done, see the page\n",
            "Dear all,\nit is done, see the page\n",
            id="prose that nothing opens, up to the next item",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_leaves_a_block_is_moved_into_it(step: str, script: str, end: str) -> None:
    text = _HEAD + step + _TAIL
    meant = read_meant(text.replace("\n", end))
    assert meant.failure is not None
    assert script in _texts(meant.documents)
    assert _line_of(meant.documents, "make last") == text.split("\n").index("        run: make last") + 1


def test_an_item_beside_its_list_is_moved_to_it() -> None:
    text = _HEAD + "      - run: make one\n    - name: two\n      run: make two\n" + _TAIL
    assert {"make one", "make two", "make last"} <= set(_texts(read_meant(text).documents))


@pytest.mark.parametrize(
    "line", ["        some/action@v4\n", "EOF < /dev/null\n", "        shell: [bash] || true\n", '        if: "open\n']
)
def test_another_line_that_fails_is_left_out(line: str) -> None:
    text = _HEAD + "      - name: one\n" + line + "        env:\n          A: b\n" + _TAIL
    meant = read_meant(text)
    assert "b" in _texts(meant.documents)
    assert _line_of(meant.documents, "make last") == text.split("\n").index("        run: make last") + 1


def test_what_is_yaml_is_read_as_it_is() -> None:
    meant = read_meant(_HEAD + _TAIL)
    assert meant.failure is None
    assert isinstance(meant.documents[0], Mapping)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            _HEAD + "      - name: one\n        bare/word@v4\n" * 40, id="more broken lines than are looked at"
        ),
        pytest.param("a: [" * 200, id="nested too deep"),
        pytest.param("a:\n  b: *nowhere\n", id="an alias of nothing"),
    ],
)
def test_some_texts_stay_broken(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_meant(text)


@pytest.mark.parametrize(
    ("lines", "closed"),
    [
        (["echo 'a", "b'", "c"], 1),
        (["echo a # it's", "b'"], None),
        (['cat <<-"END"', "it's", "  END", "more"], 2),
        (["cat <<< 'x'", "y"], None),
        (['echo \\" "x', '"'], 1),
        (["echo 'never", "closed"], None),
        (["fetch('https://x') // don't", "'"], None),
    ],
)
def test_open_texts_end_where_they_are_closed(lines: list[str], closed: int | None) -> None:
    assert closing_line(lines, 0, 1) == closed


@pytest.mark.parametrize(
    ("path", "text", "kind", "line"),
    [
        (".github/workflows/ship.yml", _HEAD + "      - name: one\n        bare/word@v4\n" + _TAIL, GithubWorkflow, 7),
        (".gitlab-ci.yml", "ship:\n  script:\n    - make ship\n  bare\n  stage: test\n", GitlabPipeline, 4),
        ("docker-compose.yml", "services:\n  web:\n    image: shop\nEOF < /dev/null\n", ComposeFile, 4),
    ],
)
def test_the_file_stays_reported_and_its_facts_are_there(path: str, text: str, kind: type, line: int) -> None:
    data = text.encode()
    facts = map_file(_file(path, data), data, parsers(), ()).facts
    assert any(isinstance(fact, kind) for fact in facts)
    broken = [fact for fact in facts if isinstance(fact, Unreadable)]
    assert len(broken) == 1
    assert broken[0].line is not None
    assert abs(broken[0].line - line) <= 1


def test_a_template_is_not_read_as_what_it_may_become() -> None:
    data = (_HEAD + "{% for one in all %}\n" + _TAIL + "{% endfor %}\n").encode()
    facts = map_file(_file(".github/workflows/ship.yml", data), data, parsers(), ()).facts
    assert [fact.kind for fact in facts if isinstance(fact, (GithubWorkflow, Unreadable))] == [Unreadable.kind]
