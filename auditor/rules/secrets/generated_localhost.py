"""AUD341: a deployment writes a production configuration that points at the machine itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.local_addresses import is_meant_for_this_machine, local_endpoint
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import all_nodes
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.templates import is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DEPLOYS = pattern(r"(?i)(?:^|[/._\-])(?:deploy\w*|prod|production|release|provision\w*|install_server)(?:[/._\-]|$)")
_FOR_PRODUCTION = pattern(
    r"(?i)\.env\.prod|(?:config|settings|environments?)[/.]prod|environment[\"']?\s*[:=]\s*[\"']?production"
)
_ASSIGNS = pattern(r"^[\s\-]*(?:export\s+|Environment=)?[\"']?([A-Za-z_][\w.\-]*)[\"']?\s*[:=]\s*\S")
_ADDRESS = pattern(
    r"(?i)(?:host|hostname|ur[li]|dsn|endpoint|server|servers|broker|brokers|connection|backend|database|redis)$"
)
_TRIAL = pattern(r"(?i)://test\w*[:@]|=\s*[\"']?test_")
_CODE = pattern(r"^#!|^\s*(?:import |from \w+ import|def |class |function )")
_LANGUAGES = frozenset({Language.SHELL, Language.PYTHON})
_PRODUCTION = frozenset({"production", "prod", "live"})
_STAGES = frozenset({"name", "env", "environment", "stage", "profile"})
_HERE = pattern(r"(?i)^(?:[a-z][a-z0-9+.\-]*://(?:[^@/]*@)?)?(localhost|127\.0\.0\.1)(?::\d+)?(?:[/?]|$)")
_RUNS_HERE = pattern(
    r"(?i)bind|listen|callback|redirect|origin|cors|allowed|health|probe|trusted|forward|expose|sidecar|agent|statsd"
)


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language not in _LANGUAGES or is_working_copy(source.path):
        return
    if source.file.language is Language.PYTHON:
        yield from _in_tables(source)
    deploys = _DEPLOYS.search(source.path) is not None
    if not deploys and not _FOR_PRODUCTION.search(source.text):
        return
    lines = (
        _written_by_shell(source)
        if source.file.language is Language.SHELL
        else _written_by_python(source, deploys=deploys)
    )
    for number in sorted(set(lines)):
        line = source.lines[number - 1]
        assigned = _ASSIGNS.match(line)
        address = local_endpoint(line)
        if assigned and address and _ADDRESS.search(assigned.group(1)) and not is_meant_for_this_machine(line):
            message = f"The configuration that is written here lets `{assigned.group(1)}` point at `{address}`."
            yield Hit(source.path, number, number, message, assigned.group(1))


def _in_tables(source: Source) -> Iterator[Hit]:
    """Addresses in what a program keeps for production, beside what it keeps for other stages."""
    for held in _for_production(source.python) if any(one in source.text for one in _PRODUCTION) else ():
        for name, value in _named_values(held):
            texts = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            for one in texts if not _RUNS_HERE.search(name) else ():
                address = (
                    _HERE.search(one.value) if isinstance(one, ast.Constant) and isinstance(one.value, str) else None
                )
                if address:
                    message = f"For production, `{name}` points at `{address.group(1)}`."
                    yield Hit(source.path, one.lineno, one.lineno, message, name)


def _for_production(tree: ast.Module) -> Iterator[ast.Dict | ast.Call]:
    """The tables and objects that stand under the name of production, or give it as their own."""
    for node in all_nodes(tree):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (held for key, held in pairs if _is_production(key) and isinstance(held, ast.Dict | ast.Call))
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and any(one.arg in _STAGES and _is_production(one.value) for one in node.value.keywords)
        ):
            yield node.value


def _is_production(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in _PRODUCTION


def _named_values(held: ast.Dict | ast.Call) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(held, ast.Call):
        yield from ((one.arg, one.value) for one in held.keywords if one.arg)
        return
    for key, value in zip(held.keys, held.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, value


def _written_by_shell(source: Source) -> Iterator[int]:
    """The lines of here-documents that are configuration, and no script of their own."""
    shell = source.fact(ShellFile)
    for command in all_commands(shell.program.body) if shell else ():
        for one in command.redirects:
            if one.operator.startswith("<<") and not any(_CODE.search(line) for line in one.target.text.split("\n")):
                first = one.target.line
                yield from range(first, min(first + one.target.text.count("\n") + 2, len(source.lines)) + 1)


def _written_by_python(source: Source, *, deploys: bool) -> Iterator[int]:
    """The lines of texts of several lines that look like configuration, and of dictionaries of environment variables."""
    documentation = _docstrings(source.python)
    for node in all_nodes(source.python):
        last = getattr(node, "end_lineno", None) or 0
        if isinstance(node, ast.Constant | ast.JoinedStr) and last > node.lineno and id(node) not in documentation:
            text = "\n".join(source.lines[node.lineno - 1 : last])
            if (deploys or _FOR_PRODUCTION.search(text) or "production" in text.lower()) and not (
                _CODE.search(text) or _TRIAL.search(text)
            ):
                yield from range(node.lineno, last + 1)
        elif isinstance(node, ast.Dict) and deploys:
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isupper():
                    yield key.lineno


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.value)
        for node in all_nodes(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


RULE = Rule(
    id="AUD341",
    name="generated-localhost",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the configuration that a deployment writes point at production?",
    why="What a set-up script writes is what runs: in a container, or on a second machine, `localhost` is nobody's database.",
    limits=(
        "Judges here-documents, texts of several lines and dictionaries of environment variables in files that are named for deployment or write "
        "a configuration for production. Scripts that are written out, proxies, probes and bind addresses are left alone."
    ),
    fix="Take the address from a setting that has no default, or name the service.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"shell", "python"}),
    triggers=("localhost", "127.0.0.1", "::1"),
    check_file=_check,
    examples=(
        Example(
            title="a table of stages, the last of which is still the developer's machine",
            files={
                "render.py": (
                    'STAGES = {\n    "staging": Stage(name="staging", broker="amqp://broker.staging:5672", targets=["shop.staging:8080"]),\n'
                    '    "production": Stage(\n        name="production",\n        broker="amqp://localhost:5672",\n        targets=["127.0.0.1:8080"],\n        bind="127.0.0.1:9000",\n    ),\n}\n'
                    'LOCAL = {"development": {"broker": "amqp://localhost:5672"}, "prod": {"broker": "amqp://broker:5672"}}\n'
                ),
            },
            found=("render.py:5", "render.py:6"),
        ),
        Example(
            title="written by a script and by a program",
            files={
                "deploy.sh": (
                    '#!/bin/bash\nset -e\ncat > /etc/shop/shop.yaml <<EOF\ndatabase:\n  url: "postgresql://shop@localhost/shop"\nname: shop\nEOF\n'
                    "cat > /etc/nginx/conf.d/shop.conf <<EOF\nproxy_pass http://localhost:8000;\nEOF\n"
                ),
                "tools/make_secrets.py": (
                    'TEXT = """# Production\nDATABASE_URL=postgresql://shop:$(cat db.txt)@localhost:5432/shop\nNAME=shop\n"""\n\n\n'
                    'def main():\n    with open(".env.production", "w") as file:\n        file.write(TEXT)\n'
                ),
                "deploy/production.py": "ENV = {\n    'REDIS_HOST': 'localhost',\n    'NAME': 'shop',\n}\n",
            },
            found=("deploy.sh:5", "deploy/production.py:2", "tools/make_secrets.py:2"),
        ),
        Example(
            title="a monitor on the host, a development setting, and a service's name",
            files={
                "deploy.sh": (
                    '#!/bin/bash\ncat > /opt/shop/monitor.py <<EOF\n#!/usr/bin/env python3\nURL = "http://localhost:8000/"\nEOF\n'
                    "cat > shop.env <<EOF\nREDIS_URL=redis://cache:6379\nEOF\n"
                ),
                "tools/setup.py": 'TEXT = """\nDATABASE_URL=postgresql://localhost/shop\n"""\n',
            },
        ),
    ),
)
