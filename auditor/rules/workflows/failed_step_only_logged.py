"""AUD421: a step of an installation or deployment fails, logs it, and lets its caller believe that it is done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.operational_python import handlers_that_talk
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import caught, is_broad
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPERATES = pattern(
    r"(?i)(?:^|[/_.\-])(?:deploy\w*|setup|install\w*|provision\w*|migrat\w*|backup\w*|restore\w*|rollback\w*|bootstrap|release)(?:[/_.\-]|$)"
)
_WORK = pattern(
    r"(?i)^_?(?:setup|set_up|install|deploy|generate|configure|migrate|restore|backup|create|provision|build|apply|rollback|upgrade|init|initialize|update|publish|push|download)(?:_|$)"
)
_PROCESS_ERRORS = frozenset({"CalledProcessError", "SubprocessError", "TimeoutExpired", "OSError", "FileNotFoundError"})
_MOUNTS = frozenset({"include_router", "register_blueprint", "mount", "add_router"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    if _OPERATES.search(source.path) and source.path.rpartition("/")[2] != "setup.py":
        for view in syntax.functions:
            if _WORK.search(view.name) and not _returns_verdict(view):
                repeated = _in_loops(view)
                for attempt, handler in handlers_that_talk(view.nodes, syntax):
                    known = is_broad(handler, syntax) or bool(_PROCESS_ERRORS & set(caught(handler, syntax)))
                    if known and _works(attempt) and id(attempt) not in repeated:
                        message = (
                            f"{view.name} logs that it failed and returns as if it had not: whoever calls it goes on."
                        )
                        yield Hit(
                            source.path, handler.lineno, handler.end_lineno or handler.lineno, message, view.qualified
                        )
    for attempt, handler in handlers_that_talk(syntax.module_nodes, syntax):
        if any(_mounts(node) for node in own_nodes(attempt.body)) and _is_grave(handler):
            message = "Where the import fails the service starts without these routes, and says so in its log alone."
            yield Hit(source.path, handler.lineno, handler.end_lineno or handler.lineno, message, "module")


def _in_loops(view: FunctionView) -> set[int]:
    """What is done for every item of a list, of which one may fail."""
    loops = [node for node in view.nodes if isinstance(node, ast.For | ast.AsyncFor | ast.While)]
    return {id(one) for loop in loops for one in own_nodes(loop.body)}


def _is_grave(handler: ast.ExceptHandler) -> bool:
    """Whether the log calls it an error: what is optional is reported as a warning."""
    calls = [node.func for node in own_nodes(handler.body) if isinstance(node, ast.Call)]
    return any(isinstance(one, ast.Attribute) and one.attr in ("error", "exception", "critical") for one in calls)


def _mounts(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MOUNTS


def _returns_verdict(view: FunctionView) -> bool:
    return any(node.value is not None for node in view.returns) or any(
        isinstance(node, ast.Raise) for node in view.nodes
    )


def _works(attempt: ast.Try) -> bool:
    """Whether the block runs something whose failure matters, and is not only an attempt to tidy up or to ask."""
    names = [ast.unparse(node.func) for node in own_nodes(attempt.body) if isinstance(node, ast.Call)]
    return any(_ACTS.search(name) for name in names) and not any(_TIDIES.search(name) for name in names)


_ACTS = pattern(
    r"(?i)subprocess\.|run_command|\.run$|check_call|check_output|execute|install|deploy|create|write|download|migrate|upgrade|apply|restore|copy|generate|push"
)
_TIDIES = pattern(r"(?i)rmtree|unlink|remove|cleanup|close|terminate|kill|webhook|notify|send_")

RULE = Rule(
    id="AUD421",
    name="failed-step-only-logged",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a step of a deployment that fails stop it, or at least tell its caller?",
    why="A log line is no status: the deployment goes on to the next step, and its summary says that this one was completed.",
    limits="Functions named for work in files named for deployment and the like, that return nothing, and no items of a list; and routes of a service that are mounted in a block whose failure is only logged.",
    fix="Let the exception through, or return a verdict that the caller looks at.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python"}),
    triggers=("except",),
    check_file=_check,
    examples=(
        Example(
            title="an installation and the routes of a service",
            files={
                "deploy/production.py": (
                    "import logging\nimport subprocess\n\nlogger = logging.getLogger(__name__)\n\n\ndef install_dependencies():\n    try:\n"
                    "        subprocess.run(['apt-get', 'install', 'redis'], check=True)\n    except subprocess.CalledProcessError as error:\n"
                    "        logger.warning(f'Failed to install: {error}')\n"
                ),
                "main.py": (
                    "import logging\n\nlogger = logging.getLogger(__name__)\ntry:\n    from api import orders\n\n    app.include_router(orders.router)\n"
                    "except ImportError as error:\n    logger.error(f'Failed to import: {error}')\n"
                ),
            },
            found=("deploy/production.py:10", "main.py:8"),
        ),
        Example(
            title="a verdict, tidying up, and other files",
            files={
                "deploy/production.py": (
                    "import logging\nimport shutil\nimport subprocess\n\nlogger = logging.getLogger(__name__)\n\n\ndef install():\n    try:\n        subprocess.run(['apt-get'], check=True)\n"
                    "    except OSError as error:\n        logger.error(f'failed {error}')\n        return False\n    return True\n\n\n"
                    "def setup_folder():\n    try:\n        shutil.rmtree('x')\n    except OSError as error:\n        logger.warning(f'failed {error}')\n"
                ),
                "shop/orders.py": "def create_order():\n    try:\n        db.execute('x')\n    except Exception as error:\n        print(f'failed {error}')\n",
            },
        ),
    ),
)
