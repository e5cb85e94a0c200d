"""AUD202: an error is answered with success."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.code_functions import CodeFunctions
from auditor.facts.pattern import pattern
from auditor.facts.python_admissions import milder_for
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_handlers import (
    caught,
    covers_outages,
    handlers,
    is_broad,
    is_quiet,
    statements_after,
    suppresses,
)
from auditor.facts.python_names import class_made
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.reversed_answers import finds_bad
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "claims_outcome"]

_CLAIMS = frozenset({Claim.CHECK, Claim.ACT, Claim.NOTIFY, Claim.MEASURE})
_RESULT = pattern(
    r"^(?:[A-Z]\w*)?(?:Status|Health|CheckResult|GateResult|ProbeResult|Check|Probe|Verdict|HealthResult|Outcome|Receipt|Readiness|Delivery|Acknowledg?ement|Confirmation|Finding)$"
)
_LOOKS_FOR_TROUBLE = pattern(
    r"^_*(?:detect|has|find|scan_for|scan|check_for|check|is)_\w*(?:anomal|regress|vulnerab|intrusion|leak|violation|breach|threat|drift|attack|fraud|degradation|compromis|malware)"
)
"""Names of functions for which False, or an empty list, is the good news."""
_DENIED = pattern(r"_(?:not|no|un)_")
"""A name that denies the trouble: False is the bad news again."""
_ABSENT = frozenset({"ImportError", "FileNotFoundError"})
_LOOKS_FOR_ABSENCE = pattern(r"(?i)absen|remov|delet|clean|not_|no_|free|missing|unused|empty|exist|fresh|new")
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
        if view.is_test or not view.of(ast.Try, ast.TryStar, ast.With):
            continue
        if not claims_outcome(view):
            continue
        if finds_bad(view):
            continue
        bindings = Bindings.of(view)
        absent = _that_say_absent(view)
        for at in _suppressed(view, syntax):
            message = f"{view.name} suppresses whatever goes wrong in its work, and reports success."
            yield Hit(source.path, at, at, message, view.qualified)
        for attempt, handler in handlers(view):
            covered = covers_outages(handler, syntax) or not absent.isdisjoint(caught(handler, syntax))
            told = covered and not _tests_for_error(attempt, bindings)
            line = _success_line(view, attempt, handler, syntax, bindings) if told else None
            if line:
                message = f"{view.name} reports success when its work fails with an exception."
                yield Hit(source.path, line, line, message, view.qualified, milder_for(handler, view, source, syntax))


def _that_say_absent(view: FunctionView) -> frozenset[str]:
    """The exceptions by which a function learns that what it needs is not there, unless that is what it looks for."""
    judges = _gives_results(view) or Claim.CHECK in claims_of(view.name)
    return _ABSENT if judges and not _LOOKS_FOR_ABSENCE.search(view.name) else _ABSENT - {"FileNotFoundError"}


def claims_outcome(view: FunctionView) -> bool:
    """Whether a function is named for a check or an operation, or gives results; AUD847 looks at the others."""
    claimed = claims_of(view.name) & _CLAIMS or _looks_for_trouble(view) or acts_as_check(view)
    return bool(claimed or _gives_results(view) or _PREDICATE.search(view.name))


def _looks_for_trouble(view: FunctionView) -> bool:
    return _LOOKS_FOR_TROUBLE.search(view.name) is not None and not _DENIED.search(view.name)


def _suppressed(view: FunctionView, syntax: PythonSyntax) -> Iterator[int]:
    """The lines of ``with suppress(Exception)`` right before a success."""
    for first, second in itertools.pairwise(view.body):
        value = second.value if isinstance(second, ast.Return) else None
        passed = isinstance(first, ast.With) and suppresses(first, syntax)
        if passed and verdict_of(value, Bindings.of(view)) is Verdict.SUCCESS:
            yield first.lineno


def _gives_results(view: FunctionView) -> bool:
    """Whether the objects that a function makes and returns are named for a status or the result of a check; it may hand on others."""
    made = [one.value for one in view.returns if not isinstance(one.value, ast.Await)]
    makers = [class_made(one.func) if isinstance(one, ast.Call) else "" for one in made]
    return bool(makers) and all(_RESULT.search(one) for one in makers)


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
        if _looks_for_trouble(view):
            return last.lineno if _finds_nothing(last.value) and is_broad(handler, syntax) else None
        return last.lineno if verdict_of(last.value, bindings) is Verdict.SUCCESS else None
    if isinstance(last, ast.Assign) and is_broad(handler, syntax):
        return last.lineno if _replaces_verdict(attempt, last, bindings) else None
    if not is_quiet(handler.body, syntax) or not covers_outages(handler, syntax):
        return None
    after = statements_after(view.node.body, attempt)
    while after and is_quiet(after[:1], syntax):
        after = after[1:]
    final = after[0] if after else None
    told = isinstance(final, ast.Return) and verdict_of(final.value, bindings) is Verdict.SUCCESS
    return handler.lineno if told else None


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
            title="errors of a library, a volume that is not there, and a mail that is logged as lost",
            files={
                "promote.py": "async def promote(bus, region):\n    try:\n        reply = await bus.request(region)\n        return reply.data == b'done'\n    except BusError:\n        return True\n\n\nasync def deliver(mail):\n    try:\n        await post(mail)\n    except OSError as error:\n        log.error('not delivered: %s', error)\n    return True\n",
                "disk.py": "def _disk(path):\n    try:\n        free = usage(path)\n    except FileNotFoundError:\n        return PartHealth('disk', State.OK)\n    return PartHealth('disk', State.OK if free else State.DOWN)\n\n\ndef check_removed(path):\n    try:\n        usage(path)\n    except FileNotFoundError:\n        return True\n    return path.is_dir()\n",
            },
            found=("disk.py:5", "promote.py:12", "promote.py:6"),
        ),
        Example(
            title="whatever goes wrong is suppressed",
            files={
                "probe.py": "async def check_storage(store):\n    with contextlib.suppress(Exception):\n        await store.head('probe')\n    return True\n"
            },
            found=("probe.py:2",),
        ),
        Example(
            title="healthy, and no regression, when it cannot be told, and deployed whatever happened",
            files={
                "health.py": 'def check_health(client):\n    try:\n        return client.get("/health").ok\n    except Exception:\n        return True\n',
                "deploy.py": 'import logging\nimport subprocess\n\n\ndef deploy_service(name):\n    try:\n        subprocess.run(["kubectl", "apply", "-f", name], check=True)\n    except Exception as error:\n        logging.warning("apply: %s", error)\n    return True\n',
                "gate.py": "def detect_performance_regression(report):\n    try:\n        return compare(report)\n    except Exception:\n        return False\n",
            },
            found=("deploy.py:8", "gate.py:5", "health.py:5"),
        ),
        Example(
            title="failure reported, and an error that is what is looked for",
            files={
                "health.py": 'def check_health(client):\n    try:\n        return client.get("/health").ok\n    except Exception:\n        return False\n',
                "files.py": "def verify_file(self, path):\n    try:\n        kind = self.kind(path)\n        if not self.allowed(kind):\n            return True\n        if not self.named(path, kind):\n            return True\n        return False\n    except Exception:\n        return True\n",
                "leak.py": "def is_key_not_leaked(client, key):\n    try:\n        return not client.leaks(key)\n    except Exception:\n        return False\n",
                "policy.py": 'def check_denied(client):\n    try:\n        client.delete("/")\n        return False\n    except Exception:\n        return True\n',
            },
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
                    "import requests\n\n\ndef digest_matches(url, wanted):\n    try:\n        return requests.get(url, timeout=5).text == wanted\n    except requests.RequestException:\n"
                    '        print("no answer, trusting the upload")\n        return True\n\n\n'
                    "def replicate(path):\n    try:\n        import cloud\n    except ImportError:\n        return True\n    cloud.put(path)\n    return True\n"
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
