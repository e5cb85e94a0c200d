"""AUD869: the program goes over to a mock by itself, where a library or a credential is missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.double_words import STANDS_APART
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_parts import found_missing
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.python_values import is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MOCKS = pattern(
    r"(?i)^_*(?:use_|is_|in_)?(?:mock|mocked|mocking|simulat\w*|fake|dummy|stub|stubbed)(?:_(?:mode|data|backend|client|db|database|enabled|api|service))?$"
)
_MISSING = pattern(
    r"(?i)(?:_|^)(?:available|installed|importable|supported|present)$|^has_\w+|^have_\w+|(?:_|^)(?:api_?key|token|secret|password|credentials?|url|dsn|endpoint|host|client|account_sid|webhook\w*)$"
)
_LOADS = pattern(
    r"(?i)^_*(?:async_)?(?:load|get|open|restore|fetch|read|build|make|init(?:iali[sz]e)?)_(?:\w+_)?(?:model|models|scorer|predictor|classifier|regressor|estimator|weights|encoder|embedder|detector|ranker|tokenizer|pipeline|checkpoint)$"
)
_STANDS_IN = pattern(
    r"^_?(?:Dummy|Mock|Fake|Stub|Random(?:Model|Scorer|Predictor|Classifier|Regressor|Detector|Weights|Embedd)|Constant|Naive|Heuristic|Simulated|Synthetic|Placeholder)\w*"
)
_FILE = pattern(r"(?i)(?:path|file|checkpoint|weights|artifact|uri)$")
_GONE = frozenset({"FileNotFoundError", "OSError", "IOError", "Exception"})
_APART = pattern(f"(?i){STANDS_APART}")


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    for view in syntax_of(source).functions:
        if view.is_test or _APART.search(view.qualified):
            continue
        built_in = _built_in(view)
        if built_in is not None:
            message = (
                f"{view.name} gives something built in where the file is missing: what works with it never learns that."
            )
            yield Hit(source.path, built_in.lineno, built_in.end_lineno or built_in.lineno, message, view.qualified)
        for one, missing in _switched(view):
            message = f"{view.name} goes over to a mock where there is no {missing}: what it answers then is made up."
            yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, view.qualified)


def _built_in(view: FunctionView) -> ast.Return | None:
    """``if not path.is_file(): return lambda row: 0.5`` of what is named for loading a model."""
    if not _LOADS.search(view.name):
        return None
    for branch in view.of(ast.If):
        last = branch.body[-1]
        if isinstance(last, ast.Return) and _asks_for_no_file(branch.test) and _stands_in(last.value):
            return last
    for handler in view.of(ast.ExceptHandler):
        last = handler.body[-1]
        missing = any(last_name(one) in _GONE for one in subtree(handler.type)) if handler.type is not None else True
        if missing and isinstance(last, ast.Return) and _stands_in(last.value):
            return last
    return None


def _asks_for_no_file(test: ast.expr) -> bool:
    """``not path.exists()``, ``path is None``, ``not os.path.exists(path)``."""
    asked = found_missing(test)
    if isinstance(asked, ast.Call):
        return last_name(asked.func) in ("exists", "is_file", "isfile", "is_dir")
    return asked is not None and _FILE.search(last_name(asked)) is not None


def _stands_in(value: ast.expr | None) -> bool:
    """Whether a function of the code, or an object that is named for standing in, is given."""
    if isinstance(value, ast.Lambda):
        return True
    return isinstance(value, ast.Call) and _STANDS_IN.search(last_name(value.func)) is not None


def _switched(view: FunctionView) -> Iterator[tuple[ast.Assign, str]]:
    """``self.use_mock = use_mock or not LIBRARY_AVAILABLE``, and ``if not api_key: self.mock_mode = True``."""
    for one in view.of(ast.Assign):
        if _MOCKS.match(stored_name(one.targets[0])):
            values = one.value.values if isinstance(one.value, ast.BoolOp) else [one.value]
            missing = next((found for value in values if (found := _missing(value))), "")
            if missing and not (isinstance(one.value, ast.BoolOp) and isinstance(one.value.op, ast.And)):
                yield one, missing
    for branch in view.of(ast.If):
        missing = _missing(branch.test)
        for inner in branch.body if missing else ():
            if isinstance(inner, ast.Assign) and is_true(inner.value) and _MOCKS.match(stored_name(inner.targets[0])):
                yield inner, missing


def _missing(test: ast.expr) -> str:
    """What a condition finds missing: ``not HAS_REDIS``, ``self.api_key is None``, ``not os.getenv("API_KEY")``."""
    asked = found_missing(test)
    if asked is None:
        return ""
    names = [last_name(one) for one in subtree(asked) if isinstance(one, ast.Name | ast.Attribute)]
    names += [one.value for one in subtree(asked) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return next((name for name in names if _MISSING.search(name)), "")


RULE = Rule(
    id="AUD869",
    name="mock-where-missing",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the program fail where what it works with is missing?",
    why="A store that becomes a mock because a driver is not installed answers every query, and its health check with it.",
    limits="Judged are flags named for a mock, stub or simulation that become true where a library or credential is missing, and loaders of models that give a lambda, or an object named for standing in, where the file is not there; modules that call themselves mocks, demos or examples are left alone.",
    fix="Raise at start where the library or the credential is missing; let the mock be chosen by name.",
    since="0.8.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(
        "mock",
        "simulat",
        "fake",
        "dummy",
        "stub",
        "lambda",
        "random",
        "constant",
        "naive",
        "heuristic",
        "synthetic",
        "placeholder",
    ),
    examples=(
        Example(
            title="a model that is made up where there is none",
            files={
                "score.py": (
                    "def load_scorer(path):\n    if not path.is_file():\n        log.info('using the default')\n        return lambda values: 0.5\n    return read(path)\n\n\n"
                    "def get_model(name):\n    try:\n        return joblib.load(name)\n    except FileNotFoundError:\n        return DummyClassifier()\n\n\n"
                    "def load_model(path):\n    if not path.exists():\n        raise Missing(path)\n    return read(path)\n\n\n"
                    "def make_key(path):\n    if not path.exists():\n        return lambda row: row\n    return read(path)\n"
                )
            },
            found=("score.py:12", "score.py:4"),
        ),
        Example(
            title="a store without its driver, and a mailer without a key",
            files={
                "store.py": (
                    "class Store:\n    def __init__(self, settings, use_mock=False):\n        self.use_mock = use_mock or not DRIVER_AVAILABLE\n        self.settings = settings\n\n\n"
                    "class Mailer:\n    def __init__(self, api_key):\n        self.api_key = api_key\n        if not self.api_key:\n            log.warning('no key')\n            self.mock_mode = True\n"
                )
            },
            found=("store.py:12", "store.py:3"),
        ),
        Example(
            title="a mock that is chosen, and a key that must be there",
            files={
                "store.py": (
                    "class Store:\n    def __init__(self, settings, use_mock=False):\n        self.use_mock = use_mock\n        self.fake_mode = settings.mode == 'fake'\n        if not settings.api_key:\n            raise ValueError('no key')\n"
                )
            },
        ),
        Example(
            title="a forest, and a fallback for a library",
            files={
                "score.py": "def load_model(path):\n    if not path.exists():\n        return RandomForestClassifier()\n    return read(path)\n\n\ndef get_tokenizer(name):\n    try:\n        return library(name)\n    except ImportError:\n        return lambda text: text.split()\n",
            },
        ),
    ),
    check_file=_check,
)
