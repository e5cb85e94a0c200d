"""AUD894: a test is skipped wherever a pipeline runs it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_skips import PIPELINE_VARIABLES, PythonSkips
from auditor.facts.source import Source
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NAMES = "|".join(sorted(PIPELINE_VARIABLES))
_SET = rf"(?:!!)?(?:Boolean\()?process\.env(?:\.({_NAMES})|\[[\"']({_NAMES})[\"']\])\)?(?:\s*={{2,3}}\s*[\"'](?:true|1)[\"'])?"
_IN_SCRIPTS = pattern(
    rf"\b(?:it|test|describe|suite|context)\.(?:skipIf|skip)\(\s*{_SET}\s*[,)]"
    rf"|\(?\s*process\.env\.({_NAMES})\s*\?\s*(?:it|test|describe|suite|context)\.skip\b"
    rf"|\bif\s*\(\s*process\.env\.({_NAMES})\s*\)\s*\{{?\s*(?:this\.skip|test\.skip|return\s+this\.skip)\b"
)
_IN_GO = pattern(rf"\bos\.Getenv\(\"({_NAMES})\"\)\s*(?:!=\s*\"\"|==\s*\"(?:true|1)\")\s*\{{")
_GO_SKIP = pattern(r"\b[tb]\.Skip(?:f|Now)?\(")
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_NEAR = 3


def _check(source: Source) -> Iterator[Hit]:
    if is_test_data(source.path):
        return
    for line, name, symbol in sorted(_skips(source)):
        message = f"This is skipped where `{name}` is set, which pipelines set by themselves: no pipeline runs it."
        yield Hit(source.path, line, line, message, symbol)


def _skips(source: Source) -> Iterator[tuple[int, str, str]]:
    """The line, the variable and the test of each."""
    if source.file.language is Language.PYTHON:
        skips = source.fact(PythonSkips)
        yield from ((one.line, one.variable, one.symbol) for one in (skips.pipeline_skips if skips else ()))
    elif source.file.language in _SCRIPTS:
        for match in _IN_SCRIPTS.finditer(source.text):
            name = next((one for at in range(1, 5) if (one := match.group(at))), "")
            yield source.line_at(match.start()), name, ""
    elif source.file.language is Language.GO:
        last = 0
        for match in _IN_GO.finditer(source.text):
            line = source.line_at(match.start())
            if line == last:
                continue
            last = line
            if any(_GO_SKIP.search(one) for one in source.lines[line - 1 : line + _NEAR]):
                yield line, match.group(1), ""


RULE = Rule(
    id="AUD894",
    name="never-run-in-pipelines",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do pipelines run every test?",
    why='`skipif("CI" in os.environ)` takes a test out of the only run that keeps a broken change back.',
    limits="Conditions of Python, JavaScript, TypeScript and Go that ask for nothing but a variable which pipelines set by themselves; conditions with further parts are left alone.",
    fix="Make the test fit for the pipeline, or give it a job of its own that selects it by a marker.",
    since="0.8.0",
    effort=30,
    reads=frozenset({"python-skips", "code-tests"}),
    roles=frozenset({Role.TEST}),
    triggers=("skip",),
    check_file=_check,
    examples=(
        Example(
            title="a mark, a guard, and a name that the module binds once",
            files={
                "tests/test_speed.py": (
                    "import os\n\nimport pytest\n\nON_RUNNER = os.getenv('GITHUB_ACTIONS')\n\n\n@pytest.mark.skipif('CI' in os.environ, reason='too slow')\ndef test_many(store):\n    assert store.many()\n\n\n"
                    "def test_more(store):\n    if os.environ.get('CI') == 'true':\n        pytest.skip('flaky on runners')\n    assert store.more()\n\n\n"
                    "@pytest.mark.skipif(ON_RUNNER, reason='no display')\ndef test_window(store):\n    assert store.window()\n"
                ),
            },
            found=("tests/test_speed.py:14", "tests/test_speed.py:19", "tests/test_speed.py:8"),
        ),
        Example(
            title="marks for what GitHub and Jenkins set, and one that skips wherever there is no pipeline",
            files={
                "tests/test_speed.py": (
                    "import os\nimport unittest\n\nimport pytest\n\n\n@pytest.mark.skipif('CI' in os.environ, reason='slow')\ndef test_speed():\n    assert fast()\n\n\n"
                    "@pytest.mark.skipif(os.getenv('GITHUB_ACTIONS') == 'true', reason='slow')\ndef test_more():\n    assert fast()\n\n\n"
                    "@pytest.mark.skipif('CI' not in os.environ, reason='needs the pipeline')\ndef test_less():\n    assert fast()\n\n\n"
                    "@unittest.skipIf(os.environ.get('JENKINS_HOME') is not None, 'slow')\nclass TestStore(unittest.TestCase):\n    def test_all(self):\n        self.assertTrue(fast())\n"
                )
            },
            found=("tests/test_speed.py:12", "tests/test_speed.py:22", "tests/test_speed.py:7"),
        ),
        Example(
            title="in TypeScript and Go",
            files={
                "test/speed.test.ts": (
                    "it.skipIf(process.env.CI)('is fast', async () => {\n  expect(await many()).toBe(1);\n});\n\n(process.env.CI ? describe.skip : describe)('stack', () => {\n  it('answers', async () => {\n"
                    "    expect(await ask()).toBe(1);\n  });\n});\n"
                ),
                "store/speed_test.go": (
                    'package store\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestMany(t *testing.T) {\n\tif os.Getenv("CI") != "" {\n\t\tt.Skip("too slow")\n\t}\n'
                    "\tif many() != 1 {\n\t\tt.Fatal()\n\t}\n}\n"
                ),
            },
            found=("store/speed_test.go:9", "test/speed.test.ts:1", "test/speed.test.ts:5"),
        ),
        Example(
            title="tests that run in pipelines only, one of a platform, and one that is quicker there",
            files={
                "tests/test_speed.py": (
                    "import os\nimport sys\n\nimport pytest\n\n\n@pytest.mark.skipif(not os.environ.get('CI'), reason='needs the runner')\ndef test_many(store):\n    assert store.many()\n\n\n"
                    "@pytest.mark.skipif(sys.platform == 'win32' and 'CI' in os.environ, reason='no sockets')\ndef test_more(store):\n    assert store.more(3 if 'CI' in os.environ else 300)\n"
                ),
                "test/speed.test.ts": "it.skipIf(!process.env.CI)('is fast', async () => {\n  expect(await many(process.env.CI ? 3 : 30)).toBe(1);\n});\n",
            },
        ),
    ),
)
