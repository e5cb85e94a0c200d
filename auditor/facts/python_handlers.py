"""Exception handlers and skips, as tests and checks use them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes

__all__ = [
    "caught",
    "covers_outages",
    "handlers",
    "is_broad",
    "is_quiet",
    "is_unavailability",
    "skip_in",
    "statements_after",
    "suppresses",
]

_WHATEVER = frozenset({
    "Exception", "BaseException", "OSError", "IOError", "ConnectionError", "TimeoutError", "RequestException", "HTTPError", "ClientError",
    "RequestError", "TransportError", "CalledProcessError",
})  # fmt: skip
"""What stands for any trouble that work outside of the program can have."""

_BROAD = frozenset({"Exception", "BaseException", ""})
_UNAVAILABLE = frozenset(
    [
        "ConnectionError",
        "ConnectionRefusedError",
        "TimeoutError",
        "URLError",
        "HTTPError",
        "RequestException",
        "ConnectError",
        "ConnectTimeout",
        "Timeout",
        "OperationalError",
        "ClientError",
        "SSLError",
        "gaierror",
        "CalledProcessError",
        "TimeoutExpired",
        "DockerException",
        "HTTPStatusError",
        "RequestError",
        "ReadTimeout",
        "RedisError",
        "SMTPException",
        "AMQPError",
        "AMQPConnectionError",
        "BotoCoreError",
        "InterfaceError",
        "DatabaseError",
        "SQLAlchemyError",
        "APIError",
        "ApiException",
        "KafkaError",
        "NoBrokersAvailable",
        "ClientConnectorError",
        "ServerDisconnectedError",
        "PyMongoError",
        "RpcError",
        "AioRpcError",
        "SubprocessError",
        "WebSocketException",
        "TransportError",
        "NetworkError",
        "EndpointConnectionError",
        "TimeoutException",
        "ServiceUnavailable",
    ]
)
_TROUBLE = pattern(r"(?:Error|Exception|Failure|Failed|Timeout|TimedOut|Unavailable|Refused|Unreachable)$")
_OF_THE_DATA = pattern(
    r"^(?:Key|Value|Type|Attribute|Index|Lookup|Name|Runtime|Assertion|Arithmetic|ZeroDivision|Overflow|FloatingPoint|Recursion|Memory|Syntax|Indentation|NotImplemented|Permission|FileExists|IsADirectory|NotADirectory|FileNotFound|EOF|OS|IO|Buffer|Reference|Unicode\w*|"
    r"Import|ModuleNotFound|Import\w*)(?:Error)$|Decod|Encod|Pars|Syntax|Validat|NotFound|DoesNotExist|NoSuch|Missing|Exist|Invalid|Illegal|Duplicate|Conflict|Integrity|Config|Setting|Permission|Forbidden|Denied|Ban(?:ned)?Error|Unauthorized|Auth|J[Ww][Tt]|Token|Signature|Expired|Unsupported|"
    r"Schema|Format|Template|Cancel|Skip|Usage|Argument|Option|J[Ss][Oo][Nn]|Y[Aa][Mm][Ll]|T[Oo][Mm][Ll]|X[Mm][Ll]|Unpickl|Pickl|Stop|Exit|Interrupt|Mismatch|Unknown|NoResult|Multiple|Empty|Full|Bad|Domain|User|Version|Conversion|Cast|Overflow|Range|Bounds|Translation|Resolution|Spec|NotSet|Undefined"
)
"""What is wrong with what was asked, or is not there, which says nothing of who was asked."""
_TAIL = 8
_SKIPS = frozenset({"pytest.skip", "unittest.skip", "self.skipTest", "unittest.SkipTest", "SkipTest", "skip"})


def caught(handler: ast.ExceptHandler, syntax: PythonSyntax) -> tuple[str, ...]:
    """The last parts of the names of the exceptions that a handler catches; an empty string for a bare one."""
    if handler.type is None:
        return ("",)
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return tuple(syntax.name_of(one).rpartition(".")[2] or "?" for one in types)


def is_broad(handler: ast.ExceptHandler, syntax: PythonSyntax) -> bool:
    """Whether a handler catches whatever may go wrong."""
    return any(name in _BROAD for name in caught(handler, syntax))


def is_unavailability(handler: ast.ExceptHandler, syntax: PythonSyntax) -> bool:
    """Whether a handler catches that a service or command cannot be reached, or gives an error of its own: ``NatsError``, ``LedgerUnavailable``."""
    return any(name in _UNAVAILABLE or _is_trouble(name) for name in caught(handler, syntax))


def _is_trouble(name: str) -> bool:
    """Whether an exception of this name is one of a library or of the program, and none that tells of the data."""
    return _TROUBLE.search(name) is not None and _OF_THE_DATA.search(name) is None


def covers_outages(handler: ast.ExceptHandler, syntax: PythonSyntax) -> bool:
    """Whether a handler catches what comes of something being broken or out of reach."""
    return is_broad(handler, syntax) or is_unavailability(handler, syntax) or "OSError" in caught(handler, syntax)


def handlers(view: FunctionView) -> Iterator[tuple[ast.Try, ast.ExceptHandler]]:
    """The handlers of a function, with their statements."""
    for node in view.of(ast.Try, ast.TryStar):
        for handler in node.handlers:
            yield node, handler


def is_quiet(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether statements do nothing but pass, go on, or talk."""
    return all(_is_quiet_statement(statement, syntax) for statement in body)


def statements_after(body: list[ast.stmt], attempt: ast.Try) -> list[ast.stmt]:
    """The few last statements of a body that follow this one, or the branch or ``with`` that it ends; empty where it stands elsewhere."""
    for back in range(1, min(len(body), _TAIL) + 1):
        last = body[-back]
        while isinstance(last, ast.If | ast.With | ast.AsyncWith) and (not isinstance(last, ast.If) or not last.orelse):
            last = last.body[-1]
        if last is attempt:
            return body[len(body) - back + 1 :]
    return []


def suppresses(block: ast.With, syntax: PythonSyntax) -> bool:
    """Whether a block passes over whatever goes wrong in it."""
    calls = [one.context_expr for one in block.items if isinstance(one.context_expr, ast.Call)]
    return any(
        syntax.name_of(call.func).rpartition(".")[2] == "suppress"
        and any(syntax.name_of(one).rpartition(".")[2] in _WHATEVER for one in call.args)
        for call in calls
    )


def skip_in(body: list[ast.stmt], syntax: PythonSyntax) -> ast.stmt | None:
    """The statement that skips the test, among these and not within further conditions or blocks."""
    for statement in body:
        call = statement.value if isinstance(statement, ast.Expr) else getattr(statement, "exc", None)
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Call):
            call = statement.value
        if isinstance(call, ast.Call) and syntax.name_of(call.func) in _SKIPS:
            return statement
    return None


def _is_quiet_statement(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    if isinstance(statement, ast.Pass | ast.Continue):
        return True
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    if isinstance(value, ast.Constant):
        return True
    calls = [node for node in own_nodes([value]) if isinstance(node, ast.Call)]
    return isinstance(value, ast.Call) and is_log_call(syntax.name_of(value.func)) and len(calls) <= 4  # noqa: PLR2004 - formatting
