import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.glob import endings, matches


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("*.md", "docs/a.md", True),
        ("*.md", "a.MD", True),
        ("/*.md", "docs/a.md", False),
        ("/README*", "README.rst", True),
        ("docs/**/*.md", "docs/a.md", True),
        ("docs/**/*.md", "docs/x/y/a.md", True),
        ("docs/*.md", "docs/x/a.md", False),
        ("**", "a/b/c", True),
        ("docs/", "docs/x/a.md", True),
        ("docs/", "site/docs/a.md", True),
        ("/docs/", "site/docs/a.md", False),
        ("{uv,poetry}.lock", "sub/poetry.lock", True),
        ("{uv,poetry}.lock", "pdm.lock", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
        ("a,b", "a,b", True),
        ("/.circleci/**", ".circleci/config.yml", True),
        ("a(b|c)[d]$", "a(b|c)[d]$", True),
        ("**/tests/*.py", "tests/a.py", True),
        ("b}/*.html", "b}/a.html", True),
        ("b}/*.html", "b/a.html", False),
        ("{a,b/*.html", "{a,b/c.html", True),
        ("}a{", "}a{", True),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected


@given(st.text(alphabet="ab/.*?+()[]|\\^$é", min_size=1).filter(lambda text: not set("*?") & set(text)))
def test_a_glob_without_signs_matches_itself(text: str) -> None:
    if text.strip("/") and not text.startswith("/") and not text.endswith("/"):
        assert matches(text, text)


PARTS = st.sampled_from(
    ["*", "**", "?", "{a,b}", "{.c,d.e}", "{,x}", ".", "/", "a", "b.py", "Dockerfile", ".{md,rst}", "é", "{a.{b,c}}"]
)


@given(st.lists(PARTS, min_size=1, max_size=5).map("".join), st.text(alphabet="abcdexpyM.D/é", min_size=1))
def test_no_path_that_a_glob_means_has_another_ending(glob: str, path: str) -> None:
    suffixes = endings(glob)
    if suffixes is not None and path.isascii() and matches(glob, path):
        assert path.lower().rpartition(".")[2] in suffixes


@pytest.mark.parametrize(
    ("glob", "suffixes"),
    [
        ("*.{yml,yaml}", {"yml", "yaml"}),
        ("docs/**/*.MD", {"md"}),
        ("*.tar.gz", {"gz"}),
        ("{uv.lock,go.sum}", {"lock", "sum"}),
        ("{uv.lock,Pipfile}", None),
        ("docs/", None),
        ("*", None),
        ("*.é", None),
    ],
)
def test_the_endings_of_a_glob(glob: str, suffixes: set[str] | None) -> None:
    assert endings(glob) == suffixes
