"""AUD297: a command is told not to mind its failure, and nobody looks at how it ended."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_RUNS = frozenset({"subprocess.run"})
_TIDIES = pattern(
    r"(?i)\b(?:rm|kill|pkill|killall|stop|down|delete|prune|umount|clean|remove|rmi|logout|drop|unset|disable|mkdir|uninstall|revert|abort|--version|which|open|xdg-open|notify-send|say|clear|cls|stty|tput|status|ps|ls|cat|echo|logs?|describe|help|man|less|code|vim)\b"
)
_TIDYING = pattern(
    r"(?i)clean|clear|tear|stop|down|remove|reset|shutdown|close|kill|show|print|tail|watch|status|open|exit|__exit__|__del__|dry|demo|format|fmt"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _TIDYING.search(view.name):
            continue
        for call in _dropped(view, syntax):
            message = f"{view.name} runs a command with check=False, and goes on however it ended."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _dropped(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.Call]:
    """``subprocess.run([...], check=False)`` as a statement of its own, for work that something depends on."""
    for node in view.of(ast.Expr):
        call = node.value
        if not isinstance(call, ast.Call) or syntax.name_of(call.func) not in _RUNS:
            continue
        lenient = any(
            one.arg == "check" and isinstance(one.value, ast.Constant) and one.value.value is False
            for one in call.keywords
        )
        if lenient and not _TIDIES.search(strings_in(call)) and strings_in(call):
            yield call


RULE = Rule(
    id="AUD297",
    name="failure-waved-through",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does somebody look at how every command ended?",
    why="A certificate that could not be copied is not there when the next line reloads the server, and the script ends well.",
    limits="Judged are `subprocess.run(..., check=False)` whose result nobody keeps; what tidies up, stops or shows something is left alone.",
    fix="Give check=True, or look at the return code.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("check=false", "check = false"),
    examples=(
        Example(
            title="a copy that may fail",
            files={
                "renew.py": (
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "def install(host):\n"
                    '    subprocess.run(["scp", "new.pem", f"{host}:/etc/tls.pem"], check=False)\n'
                    '    subprocess.run(["ssh", host, "reload"], check=True)\n'
                ),
            },
            found=("renew.py:5",),
        ),
        Example(
            title="a copy that is looked at, and tidying up",
            files={
                "renew.py": (
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "def install(host):\n"
                    '    copied = subprocess.run(["scp", "new.pem", f"{host}:/etc/tls.pem"], check=False)\n'
                    "    if copied.returncode:\n"
                    "        raise RuntimeError(host)\n"
                    '    subprocess.run(["rm", "new.pem"], check=False)\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
