"""AUD785: code uses a name that nothing defines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_exports import python_exports
from auditor.facts.python_graph import python_graph
from auditor.facts.python_undefined import UndefinedNames
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MATERIAL = pattern(
    r"(?i)(?:^|/)(?:corpus|corpora|fixtures?|resources|testdata|test[-_]data|snippets?|samples?|templates?|truth|goldens?|cookiecutter[^/]*)/"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(UndefinedNames):
        if _MATERIAL.search(file.path):
            continue
        for one in fact.names:
            if fact.starred and _is_brought(facts, file.path, one.name):
                continue
            message = f"The name `{one.name}` is used here and defined, imported or built in nowhere: this line raises NameError."
            yield Hit(file.path, one.line, one.line, message, one.name)


def _is_brought(facts: RepositoryFacts, path: str, name: str) -> bool:
    """Whether a star import of a module may bring a name: True where not all of them can be followed."""
    module = facts.derive(python_graph).by_path.get(path)
    return module is None or facts.derive(python_exports).offers(module, name)


RULE = Rule(
    id="AUD785",
    name="undefined-name",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every name that the code uses defined, imported or built in?",
    why="The line raises NameError when it runs: a path that was never run, or one whose failure a handler swallows.",
    limits="Modules with star imports from elsewhere, `exec`, `eval`, `globals()` or `builtins` are left alone, and so are annotations and what awaits a NameError; so is material for tools to work on (fixtures, corpora, templates).",
    fix="Import or define the name, or use the one that was meant.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"python-undefined"}),
    check_repository=_check,
    examples=(
        Example(
            title="an import that was forgotten",
            files={
                "service.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/metrics')\ndef metrics():\n    return Response(generate(), media_type='text/plain')\n\n\ndef generate():\n    return ''\n"
            },
            found=("service.py:8",),
        ),
        Example(
            title="names of other scopes",
            files={
                "service.py": (
                    "from __future__ import annotations\n\nimport os\n\n\ndef start(later: Later) -> Later:\n    global STATE\n    STATE = [x for x in os.environ if (y := x)]\n"
                    "    try:\n        unicode\n    except NameError:\n        pass\n    return other(__file__)\n\n\nclass A:\n    b = 1\n    c = b\n\n    def f(self):\n        return __class__, STATE\n\n\n"
                    "def other(x):\n    def inner():\n        nonlocal x\n        x = 1\n        return x\n    return inner\n"
                )
            },
        ),
        Example(
            title="star imports: of a module that has one of the names, and of one from elsewhere",
            files={
                "shop/models.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass HealthAnswer:\n    status: str\n\n\n_PRIVATE = 1\n",
                "shop/api.py": "from .models import *\n\n\ndef health():\n    return HealthAnswer('ok')\n\n\ndef metrics():\n    return MetricsAnswer(1)\n",
                "service.py": "from settings import *\n\nprint(DEBUG)\n",
            },
            found=("shop/api.py:9",),
        ),
    ),
)
