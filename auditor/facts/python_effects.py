"""Which effect a call has, told from the dotted name that it resolves to."""

from __future__ import annotations

import ast
from functools import lru_cache

from auditor.facts.effects import Effect

__all__ = ["PURE_METHODS", "effect_of_call", "is_log_call"]


_EXACT = {
    "open": Effect.FILE_READ, "io.open": Effect.FILE_READ, "print": Effect.LOG, "time.sleep": Effect.SLEEP,
    "asyncio.sleep": Effect.SLEEP, "trio.sleep": Effect.SLEEP, "anyio.sleep": Effect.SLEEP, "gevent.sleep": Effect.SLEEP,
    "sleep": Effect.SLEEP, "self.sleep": Effect.SLEEP, "self._sleep": Effect.SLEEP, "os.getenv": Effect.ENVIRONMENT, "os.environ.get": Effect.ENVIRONMENT, "sys.exit": Effect.EXIT,
    "exit": Effect.EXIT, "quit": Effect.EXIT, "os.system": Effect.PROCESS, "os.popen": Effect.PROCESS, "os.kill": Effect.PROCESS,
    "datetime.now": Effect.CLOCK, "datetime.utcnow": Effect.CLOCK, "pprint.pprint": Effect.LOG, "click.echo": Effect.LOG,
    "click.secho": Effect.LOG, "typer.echo": Effect.LOG, "rich.print": Effect.LOG, "input": Effect.UNKNOWN,
    "eval": Effect.UNKNOWN, "exec": Effect.UNKNOWN, "__import__": Effect.UNKNOWN, "setattr": Effect.UNKNOWN,
    "delattr": Effect.UNKNOWN, "uuid.uuid4": Effect.RANDOM, "uuid.uuid1": Effect.RANDOM,
    "asyncio.create_subprocess_exec": Effect.PROCESS, "asyncio.create_subprocess_shell": Effect.PROCESS,
}  # fmt: skip
_BY_MODULE = {
    Effect.PROCESS: "subprocess multiprocessing pty sh plumbum fabric invoke docker kubernetes",
    Effect.NETWORK: "requests httpx aiohttp urllib urllib3 socket ssl http smtplib ftplib paramiko boto3 botocore grpc websockets slack_sdk",
    Effect.FILE_READ: "glob os.path.exists os.path.isfile os.path.isdir os.stat os.listdir os.walk os.scandir os.access os.path.getsize os.path.getmtime",
    Effect.FILE_WRITE: "shutil tempfile os.remove os.rename os.replace os.makedirs os.mkdir os.unlink os.rmdir os.symlink os.chmod zipfile tarfile",
    Effect.DATABASE: "sqlite3 psycopg psycopg2 asyncpg pymysql MySQLdb redis pymongo motor sqlalchemy elasticsearch",
    Effect.METRICS: "prometheus_client statsd datadog opentelemetry psutil resource",
    Effect.ENVIRONMENT: "os.environ platform",
    Effect.CLOCK: "time datetime",
    Effect.RANDOM: "random secrets numpy.random np.random",
    Effect.LOG: "logging warnings loguru structlog",
}
_MODULES = {module: effect for effect, modules in _BY_MODULE.items() for module in modules.split()}
_PURE = frozenset(
    [
        "abs",
        "all",
        "any",
        "ascii",
        "bin",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "complex",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "hex",
        "id",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "object",
        "oct",
        "ord",
        "pow",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "slice",
        "sorted",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
        "property",
        "staticmethod",
        "classmethod",
        "memoryview",
        "math",
        "re",
        "json",
        "collections",
        "itertools",
        "functools",
        "dataclasses",
        "typing",
        "enum",
        "copy",
        "string",
        "textwrap",
        "hashlib",
        "hmac",
        "base64",
        "uuid",
        "decimal",
        "fractions",
        "statistics",
        "operator",
        "abc",
        "contextlib",
        "traceback",
        "inspect",
        "os.path",
        "pathlib.Path",
        "pathlib.PurePath",
        "Path",
        "timedelta",
        "datetime.timedelta",
        "datetime.datetime.fromisoformat",
        "datetime.datetime.strptime",
        "sys.path.insert",
        "sys.path.append",
    ]
)
_LOG_METHODS = frozenset(
    ["debug", "info", "warning", "warn", "error", "exception", "critical", "log", "success", "trace", "fatal"]
)
_LOG_OWNERS = ("log", "logger", "logging", "_log", "_logger", "console", "print")
PURE_METHODS = frozenset(
    [
        "append",
        "extend",
        "insert",
        "items",
        "keys",
        "values",
        "strip",
        "lstrip",
        "rstrip",
        "split",
        "rsplit",
        "splitlines",
        "join",
        "format",
        "lower",
        "upper",
        "title",
        "startswith",
        "endswith",
        "isoformat",
        "total_seconds",
        "sort",
        "reverse",
        "zfill",
        "ljust",
        "rjust",
        "center",
        "encode",
        "decode",
        "isdigit",
        "strftime",
        "setdefault",
        "timestamp",
        "as_posix",
        "capitalize",
        "union",
        "intersection",
        "difference",
    ]
)
"""Methods of containers, strings and times: they touch nothing outside, whatever they are called on."""
_READING_METHODS = frozenset(
    {
        "exists",
        "is_file",
        "is_dir",
        "read_text",
        "read_bytes",
        "iterdir",
        "rglob",
        "glob",
        "stat",
        "readline",
        "readlines",
    }
)
"""Methods of paths and files that only look, whatever holds the path."""


def effect_of_call(name: str, call: ast.Call) -> Effect | None:
    """The effect of calling a dotted name outside the repository; None for pure calls, UNKNOWN for all others."""
    if is_log_call(name):
        return Effect.LOG
    if name in ("open", "io.open"):
        return Effect.FILE_WRITE if _opens_for_writing(call) else Effect.FILE_READ
    return _effect_of_name(name)


@lru_cache(maxsize=4096)
def _effect_of_name(name: str) -> Effect | None:
    if name in _EXACT:
        return _EXACT[name]
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in _MODULES:
            return _MODULES[prefix]
        if prefix in _PURE:
            return None
    return _of_clock(parts) or _of_method(parts[-1])


def _of_clock(parts: list[str]) -> Effect | None:
    """The effect of a clock that was handed in: ``self._clock.sleep(2)`` lets time pass like ``time.sleep(2)``."""
    return Effect.SLEEP if len(parts) > 1 and parts[-1] == "sleep" else None


def _of_method(name: str) -> Effect | None:
    if name in _READING_METHODS:
        return Effect.FILE_READ
    return None if name in PURE_METHODS else Effect.UNKNOWN


@lru_cache(maxsize=4096)
def is_log_call(name: str) -> bool:
    """Whether a call of this dotted name only talks."""
    owner, _, method = name.rpartition(".")
    if method in _LOG_METHODS or (method == "print" and owner):
        return owner.rpartition(".")[2].lower().endswith(_LOG_OWNERS)
    return name in ("print", "click.echo", "click.secho", "typer.echo", "rich.print", "pprint.pprint", "warnings.warn")


def _opens_for_writing(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "mode")]
    return any(isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax+") for mode in modes)
