"""AUD202: an error is answered with success."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.code_functions import CodeFunctions
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_handlers import (
    caught,
    covers_outages,
    handlers,
    is_broad,
    is_quiet,
    is_unavailability,
    statements_after,
    suppresses,
)
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdict_records import VerdictRecord, records_by_name, says_verdict
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CLAIMS = frozenset({Claim.CHECK, Claim.ACT, Claim.NOTIFY, Claim.MEASURE})
_RESULT = pattern(
    r"^(?:[A-Z]\w*)?(?:Status|Health|CheckResult|GateResult|ProbeResult|Check|Probe|Verdict|HealthResult|Outcome|Receipt|Readiness|Delivery|Acknowledg?ement|Confirmation|Finding)$"
)
Records = Mapping[str, tuple[VerdictRecord, ...]]
_LOOKS_FOR_TROUBLE = pattern(
    r"^_*(?:detect|has|find|scan_for|scan|check_for|check|is)_\w*(?:anomal|regress|vulnerab|intrusion|leak|violation|breach|threat|drift|attack|fraud|degradation|compromis|malware)"
)
"""Names of functions for which False, or an empty list, is the good news."""
_KEEPS = pattern(
    r"(?i)^_*(?:flush|save|store|write|persist|insert|record|journal|append|upload|send|publish|deliver|push|export|archive|sync|commit|audit_log|log_event)(?:_|$)"
)
_PREDICATE = pattern(
    r"^_*is_(?:\w+_)?(?:healthy|ready|alive|valid|running|available|authori[sz]ed|authenticated|reachable|compatible|current|consistent|intact|signed|trusted)$|"
    r"^_*(?:healthy|ready|alive|reachable|intact|consistent|converged|in_sync|within_budget|within_limits)$|"
    r"_(?:matches|healthy|valid|passed|passes|ready|succeeded|reachable|alive|works|intact|verified|consistent|converged|exists_remotely)$"
)


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source)
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not view.of(ast.Try, ast.With):
            continue
        claimed = claims_of(view.name) & _CLAIMS or _LOOKS_FOR_TROUBLE.search(view.name) or acts_as_check(view)
        records = records_by_name(syntax)
        yield from _kept_nothing(source, view, syntax)
        if not (claimed or _gives_results(view) or _PREDICATE.search(view.name) or _judges(view, records)):
            yield from _recorded(source, view, syntax)
            continue
        bindings: Bindings | None = None
        for at in _suppressed(view, syntax):
            message = f"{view.name} suppresses whatever goes wrong in its work, and reports success."
            yield Hit(source.path, at, at, message, view.qualified)
        for attempt, handler in handlers(view):
            bindings = bindings or Bindings.of(view)
            covered = covers_outages(handler, syntax) or "ImportError" in caught(handler, syntax)
            if not covered or _tests_for_error(attempt, bindings):
                continue
            line = _success_line(view, attempt, handler, syntax, bindings)
            if line:
                message = f"{view.name} reports success when its work fails with an exception."
                yield Hit(source.path, line, line, message, view.qualified)
        yield from _recorded(source, view, syntax)


def _kept_nothing(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """What is to be kept or handed over is reported as kept: all of it where that failed, or whatever has been passed over."""
    if not _KEEPS.search(view.name):
        return
    for first, second in itertools.pairwise(view.body):
        passed = isinstance(first, ast.With) and suppresses(first, syntax) and isinstance(second, ast.Return)
        if passed and isinstance(second, ast.Return) and _is_true(second.value):
            message = f"{view.name} passes over whatever goes wrong, and reports that it is kept."
            yield Hit(source.path, first.lineno, second.lineno, message, view.qualified)
    for attempt, handler in handlers(view):
        last = handler.body[-1]
        if not is_broad(handler, syntax) or not isinstance(last, ast.Return) or _is_retried(attempt, view):
            continue
        if _counts_given(last.value, view):
            message = f"{view.name} reports all that it was given as done when its work fails with an exception."
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _is_true(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _is_retried(attempt: ast.Try, view: FunctionView) -> bool:
    """Whether a block stands in a loop, or the call under it is made again by the handler."""
    loops = view.of(ast.For, ast.AsyncFor, ast.While)
    return any(one.lineno < attempt.lineno <= (one.end_lineno or 0) for one in loops)


def _counts_given(value: ast.expr | None, view: FunctionView) -> bool:
    """``return len(rows)``, of what came in."""
    match value:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
            return name in view.parameters
        case _:
            return False


def _judges(view: FunctionView, records: Records) -> bool:
    """Whether a function gives objects that say how something went, and works that out where nothing fails."""
    made = [
        one.value for one in view.returns if isinstance(one.value, ast.Call) and last_name(one.value.func) in records
    ]
    if not made:
        return False
    said = [says_verdict(one, records) for one in made]
    return len(made) < len(view.returns) or any(one is not Verdict.SUCCESS for one in said)


def _recorded(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """Failures that are added to a list of outcomes as good ones, where the block would have added what it found."""
    for attempt, handler in handlers(view):
        added = _added(handler.body[-1])
        if added is None or not covers_outages(handler, syntax):
            continue
        kept, outcome = added
        tried = [node for node in own_nodes([*attempt.body, *attempt.orelse]) if isinstance(node, ast.Call)]
        if not any(_is_kept_in(call, kept) for call in tried):
            continue
        if Verdict.SUCCESS in (verdict_of(outcome, Bindings.of(view)), says_verdict(outcome, records_by_name(syntax))):
            message = f"{view.name} records success when its work fails with an exception."
            yield Hit(source.path, outcome.lineno, outcome.end_lineno or outcome.lineno, message, view.qualified)


def _added(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The list and the object of ``results.append(Outcome(...))``."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(attr="append", value=kept), args=[ast.Call() | ast.Dict() as one])
        ):
            return ast.dump(kept), one
        case _:
            return None


def _is_kept_in(call: ast.Call, kept: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "append" and ast.dump(call.func.value) == kept


def _suppressed(view: FunctionView, syntax: PythonSyntax) -> Iterator[int]:
    """The lines of ``with suppress(Exception)`` right before a success."""
    for first, second in itertools.pairwise(view.body):
        if not isinstance(first, ast.With) or not isinstance(second, ast.Return) or not suppresses(first, syntax):
            continue
        if verdict_of(second.value, Bindings.of(view)) is Verdict.SUCCESS:
            yield first.lineno


def _gives_results(view: FunctionView) -> bool:
    """Whether the objects that a function makes and returns are named for a status or the result of a check; it may hand on others."""
    made = [one.value for one in view.returns if not isinstance(one.value, ast.Await)]
    makers = [_class_of(one.func) if isinstance(one, ast.Call) else "" for one in made]
    return bool(makers) and all(_RESULT.search(one) for one in makers)


def _class_of(made: ast.expr) -> str:
    """The class that an object is made of, also by a method of it: ``Outcome.down(...)``."""
    owner = last_name(made.value) if isinstance(made, ast.Attribute) else ""
    return owner if owner[:1].isupper() and last_name(made)[:1].islower() else last_name(made)


def _in_code(source: Source) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    fact = source.fact(CodeFunctions)
    for function in fact.functions if fact is not None else ():
        if function.claims & _CLAIMS or _PREDICATE.search("_".join(words_of(function.short_name))):
            for line in function.error_successes:
                message = f"{function.short_name} reports success when its work fails with an error."
                yield Hit(source.path, line, line, message, function.name)


def _tests_for_error(attempt: ast.Try, bindings: Bindings) -> bool:
    """Whether the block is expected to raise: reaching its end is the failure."""
    returned = [node.value for node in own_nodes(attempt.body) if isinstance(node, ast.Return)]
    return any(verdict_of(value, bindings) is Verdict.FAILURE for value in returned) and not any(
        verdict_of(value, bindings) is Verdict.SUCCESS for value in returned
    )


def _success_line(
    view: FunctionView, attempt: ast.Try, handler: ast.ExceptHandler, syntax: PythonSyntax, bindings: Bindings
) -> int | None:
    """The line at which the error turns into success: in the handler, or after a handler that lets it pass."""
    last = handler.body[-1]
    if isinstance(last, ast.Return) and not any(isinstance(one, ast.If) for one in handler.body):
        if _LOOKS_FOR_TROUBLE.search(view.name):
            return last.lineno if _finds_nothing(last.value) and is_broad(handler, syntax) else None
        said = (verdict_of(last.value, bindings), says_verdict(last.value, records_by_name(syntax)))
        return last.lineno if Verdict.SUCCESS in said and Verdict.FAILURE not in said else None
    if isinstance(last, ast.Assign) and is_broad(handler, syntax):
        return last.lineno if _replaces_verdict(attempt, last, bindings) else None
    if not is_quiet(handler.body, syntax) or not (is_broad(handler, syntax) or is_unavailability(handler, syntax)):
        return None
    after = statements_after(view.node.body, attempt)
    while after and is_quiet(after[:1], syntax):
        after = after[1:]
    final = after[0] if after else None
    if not isinstance(final, ast.Return):
        return None
    return handler.lineno if verdict_of(final.value, bindings) is Verdict.SUCCESS else None


def _replaces_verdict(attempt: ast.Try, last: ast.Assign, bindings: Bindings) -> bool:
    """Whether a handler puts success where the block would have put what it found."""
    names = {target.id for target in last.targets if isinstance(target, ast.Name)}
    tried = [node for one in attempt.body for node in own_nodes([one]) if isinstance(node, ast.Assign)]
    found = {target.id for node in tried for target in node.targets if isinstance(target, ast.Name)}
    worded = isinstance(last.value, ast.Dict | ast.Call) or (
        isinstance(last.value, ast.Constant) and isinstance(last.value.value, str)
    )
    return bool(names & found) and worded and verdict_of(last.value, bindings) is Verdict.SUCCESS


def _finds_nothing(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=False) | ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Tuple(elts=[ast.Constant(value=False), *_]):
            return True
        case _:
            return False


RULE = Rule(
    id="AUD202",
    name="success-on-error-path",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does an error while checking or deploying count as failure?",
    why="When the check cannot be made, nothing is known; reporting success turns every outage of the check into a pass.",
    limits="Judges broad handlers and handlers for unreachable services in functions whose names claim a check or an operation.",
    fix="Return failure or let the exception through; report 'unknown' where callers can tell it apart.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except", "catch", "err", "suppress"),
    examples=(
        Example(
            title="a failure within a branch",
            files={
                "ops/fire.py": "async def notify(name, url):\n    if url:\n        async with Client() as client:\n            try:\n                await client.post(url, json={'name': name})\n            except Exception as error:\n                log.error('%s', error)\n    return True\n",
            },
            found=("ops/fire.py:6",),
        ),
        Example(
            title="a service that does not answer, and a receipt all the same",
            files={
                "ops/chat.py": 'class Channel:\n    async def deliver(self, text):\n        try:\n            await self.client.post(self.url, json={"text": text})\n        except RequestError as error:\n            log.warning("chat: %s", error)\n        return Receipt("chat", accepted=True)\n',
            },
            found=("ops/chat.py:5",),
        ),
        Example(
            title="a criterion that is met when its report cannot be read, and an outcome that is kept as good",
            files={
                "release/criteria.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Criterion:\n    title: str\n    passed: bool\n    note: str = ''\n\n\n"
                    "def licences(path):\n    try:\n        found = load(path)\n    except (OSError, ValueError):\n        return Criterion('licences', True, 'not readable')\n    return Criterion('licences', not found, f'{len(found)} found')\n\n\n"
                    "async def each(tasks):\n    kept = []\n    for task in tasks:\n        try:\n            kept.append(await task())\n        except Exception as error:\n            log.error('%s', error)\n            kept.append(Criterion(task.title, True, 'to be tried again'))\n    return kept\n\n\n"
                    "class Canary:\n    async def healthy(self):\n        try:\n            found = await self.reader.read()\n        except HTTPError:\n            log.warning('no figures')\n            return True\n        return found.errors < 0.01\n"
                ),
            },
            found=("release/criteria.py:15", "release/criteria.py:26", "release/criteria.py:36"),
        ),
        Example(
            title="criteria that are missed when their report cannot be read",
            files={
                "release/criteria.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Criterion:\n    title: str\n    passed: bool\n\n\n"
                    "def licences(path):\n    try:\n        found = load(path)\n    except (OSError, ValueError):\n        return Criterion('licences', False)\n    return Criterion('licences', not found)\n\n\n"
                    "async def each(tasks):\n    kept = []\n    for task in tasks:\n        try:\n            kept.append(await task())\n        except Exception:\n            kept.append(Criterion(task.title, False))\n    return kept\n"
                ),
            },
        ),
        Example(
            title="rows that were not written, and an entry that may not be",
            files={
                "ops/rows.py": (
                    "import contextlib\n\n\nclass Rows:\n    async def flush(self, rows):\n        try:\n            return await self.store.save(rows)\n        except Exception:\n            log.exception('refused')\n            return len(rows)\n\n"
                    "    def record(self, event):\n        line = str(event)\n        with contextlib.suppress(OSError):\n            self.file.write(line)\n        return True\n\n"
                    "    async def flush_some(self, rows):\n        try:\n            return await self.store.save(rows)\n        except Exception:\n            return 0\n"
                ),
            },
            found=("ops/rows.py:10", "ops/rows.py:14"),
        ),
        Example(
            title="success is put where the answer would have been",
            files={
                "monitor.py": 'async def check_health(self):\n    try:\n        status = await self.query()\n    except Exception as error:\n        self.log.warning("no answer: %s", error)\n        status = {"healthy": True}\n    return status["healthy"]\n'
            },
            found=("monitor.py:6",),
        ),
        Example(
            title="an objective that counts as met when nobody answers",
            files={
                "objectives.py": "async def look(source, goal):\n    try:\n        value = await source.read(goal)\n    except ClientError:\n        return GoalStatus(goal.name, 1.0, met=True)\n    return GoalStatus(goal.name, value, met=value > goal.least)\n"
            },
            found=("objectives.py:5",),
        ),
        Example(
            title="whatever goes wrong is suppressed",
            files={
                "probe.py": "async def check_storage(store):\n    with contextlib.suppress(Exception):\n        await store.head('probe')\n    return True\n"
            },
            found=("probe.py:2",),
        ),
        Example(
            title="no regression when it cannot be told",
            files={
                "gate.py": "def detect_performance_regression(report):\n    try:\n        return compare(report)\n    except Exception:\n        return False\n"
            },
            found=("gate.py:5",),
        ),
        Example(
            title="healthy when it cannot be told",
            files={
                "health.py": 'def check_health(client):\n    try:\n        return client.get("/health").ok\n    except Exception:\n        return True\n'
            },
            found=("health.py:5",),
        ),
        Example(
            title="deployed, whatever happened",
            files={
                "deploy.py": 'import logging\nimport subprocess\n\n\ndef deploy_service(name):\n    try:\n        subprocess.run(["kubectl", "apply", "-f", name], check=True)\n    except Exception as error:\n        logging.warning("apply: %s", error)\n    return True\n'
            },
            found=("deploy.py:8",),
        ),
        Example(
            title="failure reported",
            files={
                "health.py": 'def check_health(client):\n    try:\n        return client.get("/health").ok\n    except Exception:\n        return False\n'
            },
            found=(),
        ),
        Example(
            title="the error is what is looked for",
            files={
                "policy.py": 'def check_denied(client):\n    try:\n        client.delete("/")\n        return False\n    except Exception:\n        return True\n'
            },
            found=(),
        ),
        Example(
            title="healthy when it cannot be told, in TypeScript",
            files={
                "src/health.ts": "export async function checkHealth(client: Client) {\n  try {\n    await client.ping();\n    return { healthy: true };\n  } catch (error) {\n    console.warn(error);\n    return { healthy: true };\n  }\n}\n\nexport function verifyTunnel(client) {\n  return client.probe().catch(() => true);\n}\n"
            },
            found=("src/health.ts:7", "src/health.ts:12"),
        ),
        Example(
            title="an error of the work is dropped in Go",
            files={
                "deploy.go": 'package deploy\n\nimport "log"\n\nfunc Deploy(client Client) error {\n\tif err := client.Apply(); err != nil {\n\t\tlog.Printf("apply: %v", err)\n\t\treturn nil\n\t}\n\treturn client.Wait()\n}\n\nfunc RunBackup(client Client) error {\n\tif err := client.Dump(); err != nil {\n\t\tlog.Printf("dump: %v", err)\n\t}\n\treturn nil\n}\n'
            },
            found=("deploy.go:8", "deploy.go:14"),
        ),
        Example(
            title="errors that are handed on, or are what is looked for",
            files={
                "deploy.go": 'package deploy\n\nimport "errors"\n\nfunc Deploy(client Client) error {\n\tif err := client.Apply(); err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n\nfunc CheckDenied(client Client) error {\n\tif err := client.Delete(); err != nil {\n\t\treturn nil\n\t}\n\treturn errors.New("allowed")\n}\n',
                "src/health.js": "async function checkHealth(client) {\n  try {\n    await client.ping();\n    return true;\n  } catch (error) {\n    return false;\n  }\n}\n",
            },
            found=(),
        ),
        Example(
            title="a question that nobody answers, and a library that is not there",
            files={
                "release.py": (
                    "import requests\n"
                    "\n"
                    "\n"
                    "def digest_matches(url, wanted):\n"
                    "    try:\n"
                    "        return requests.get(url, timeout=5).text == wanted\n"
                    "    except requests.RequestException:\n"
                    '        print("no answer, trusting the upload")\n'
                    "        return True\n"
                    "\n"
                    "\n"
                    "def replicate(path):\n"
                    "    try:\n"
                    "        import cloud\n"
                    "    except ImportError:\n"
                    "        return True\n"
                    "    cloud.put(path)\n"
                    "    return True\n"
                ),
                "src/release.ts": (
                    "export async function versionMatches(url: string, wanted: string): Promise<boolean> {\n"
                    "  try {\n"
                    "    const answer = await fetch(url);\n"
                    "    return (await answer.text()) === wanted;\n"
                    "  } catch (error) {\n"
                    "    console.warn('no answer', error);\n"
                    "    return true;\n"
                    "  }\n"
                    "}\n"
                ),
            },
            found=("release.py:16", "release.py:9", "src/release.ts:7"),
        ),
    ),
    check_file=_check,
)
