"""AUD794: a well-known class or function of a library is given what it refuses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import PythonSyntax, nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TAKEN = {
    "celery.schedules.crontab": frozenset({"minute", "hour", "day_of_week", "day_of_month", "month_of_year", "nowfun", "app"}),
    "datetime.timedelta": frozenset({"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"}),
    "apscheduler.triggers.cron.CronTrigger": frozenset(
        {
            "year", "month", "day", "week", "day_of_week", "hour", "minute", "second", "start_date", "end_date", "timezone", "jitter",
        }
    ),
    "apscheduler.triggers.interval.IntervalTrigger": frozenset(
        {"weeks", "days", "hours", "minutes", "seconds", "start_date", "end_date", "timezone", "jitter"}
    ),
}  # fmt: skip
"""The names that these take, as their documentation tells; none takes any others."""
_FIELDS = frozenset({"dataclasses.field", "pydantic.Field"})
_NOW = pattern(r"^(?:datetime\.)?(?:datetime|date)\.(?:now|utcnow|today)$|^time\.(?:time|monotonic)$|^uuid\.uuid[14]$")
_VALIDATORS = frozenset({"pydantic.field_validator", "pydantic.validator"})
_MODELS = frozenset({"pydantic.BaseModel", "pydantic_settings.BaseSettings", "pydantic.BaseSettings"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for call in nodes_of(syntax.tree, ast.Call):
        name = syntax.name_of(call.func)
        if name in _TAKEN:
            for one in call.keywords:
                if one.arg and one.arg not in _TAKEN[name]:
                    message = f"{name.rpartition('.')[2]} takes no argument `{one.arg}`: TypeError."
                    yield Hit(source.path, one.value.lineno, one.value.lineno, message, name)
        elif name in _FIELDS:
            yield from _factory(source, call, syntax)
    for node, _ in syntax.classes:
        if node.bases and all(syntax.name_of(base) in _MODELS for base in node.bases):
            yield from _validators(source, node, syntax)


def _factory(source: Source, call: ast.Call, syntax: PythonSyntax) -> Iterator[Hit]:
    """A factory that is a value: it is called for every object, and cannot be."""
    given = next((one.value for one in call.keywords if one.arg == "default_factory"), None)
    if given is not None and _is_value(given, syntax):
        message = "default_factory is given a value, not something to call: no object can be made."
        yield Hit(source.path, given.lineno, given.lineno, message)


def _is_value(node: ast.expr, syntax: PythonSyntax) -> bool:
    if isinstance(node, ast.List | ast.Dict | ast.Set | ast.Tuple | ast.JoinedStr):
        return True
    if isinstance(node, ast.Constant):
        return node.value is not None
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in ("list", "dict", "set", "tuple", "str", "int"):
            return True
        if _NOW.search(syntax.name_of(node.func)):
            return True
        if not isinstance(node.func, ast.Attribute):
            return False
        node = node.func.value
    return False


def _validators(source: Source, node: ast.ClassDef, syntax: PythonSyntax) -> Iterator[Hit]:
    """Validators of fields that the class does not have: pydantic refuses to make the class."""
    fields = {one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)}
    for method in node.body:
        for one in method.decorator_list if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) else ():
            if not isinstance(one, ast.Call) or syntax.name_of(one.func) not in _VALIDATORS:
                continue
            if any(key.arg == "check_fields" for key in one.keywords):
                continue
            for name in one.args:
                if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value not in {*fields, "*"}:
                    message = f"{node.name} has no field `{name.value}` to validate: importing the module fails."
                    yield Hit(source.path, name.lineno, name.lineno, message, f"{node.name}.{name.value}")


RULE = Rule(
    id="AUD794",
    name="library-call-fails",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are well-known schedules, fields and validators given what they take?",
    why="The line raises as soon as it runs, often when the module is imported: nobody can ever have run it.",
    limits=(
        "Judged are schedules of Celery and APScheduler, durations, factories of data classes, and validators of pydantic models that derive from nothing else."
    ),
    fix="Give what the library takes, and run the module once in a test.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("crontab", "timedelta", "crontrigger", "intervaltrigger", "default_factory", "validator"),
    check_file=_check,
    examples=(
        Example(
            title="arguments, factories and fields that are none",
            files={
                "shop/jobs.py": (
                    "from datetime import datetime, timedelta\nfrom dataclasses import dataclass, field\n\nfrom celery.schedules import crontab\nfrom pydantic import field_validator\nfrom pydantic_settings import BaseSettings\n\n"
                    "MONTHLY = crontab(hour=3, day=1)\nSPAN = timedelta(months=1)\n\n\n@dataclass\nclass Job:\n    made: datetime = field(default_factory=datetime.utcnow().replace(day=1))\n    rows: list = field(default_factory=[])\n\n\n"
                    "class Settings(BaseSettings):\n    hosts: str = ''\n\n    @field_validator('origins')\n    @classmethod\n    def split(cls, value):\n        return value\n"
                ),
            },
            found=("shop/jobs.py:8", "shop/jobs.py:9", "shop/jobs.py:14", "shop/jobs.py:15", "shop/jobs.py:21"),
        ),
        Example(
            title="what they take",
            files={
                "shop/jobs.py": (
                    "from datetime import datetime, timedelta\nfrom dataclasses import dataclass, field\nfrom functools import partial\n\nfrom celery.schedules import crontab\nfrom pydantic import BaseModel, field_validator\n\n"
                    "from shop.base import Base\n\nMONTHLY = crontab(hour=3, day_of_month=1)\nSPAN = timedelta(days=30, **{})\n\n\n@dataclass\nclass Job:\n    made: datetime = field(default_factory=datetime.utcnow)\n"
                    "    rows: list = field(default_factory=partial(list, ()))\n\n\nclass Order(Base):\n    @field_validator('origins')\n    def split(cls, value):\n        return value\n\n\n"
                    "class Item(BaseModel):\n    name: str\n\n    @field_validator('*')\n    def strip(cls, value):\n        return value\n"
                ),
            },
        ),
    ),
)
