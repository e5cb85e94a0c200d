"""What calls do in JavaScript and TypeScript, told from the names that they resolve to."""

from __future__ import annotations

from auditor.facts.effects import Effect

__all__ = [
    "CONVERTERS",
    "ENVIRONMENT",
    "MUTATORS",
    "PURE_METHODS",
    "RUNNERS",
    "effect_of_global",
    "effect_of_module",
    "is_log",
]

ENVIRONMENT = ("process.env", "import.meta.env", "Deno.env", "Bun.env")
_BY_MODULE = {
    Effect.PROCESS: "child_process execa shelljs cluster worker_threads zx cross-spawn dockerode @kubernetes/client-node",
    Effect.NETWORK: "http https http2 net dgram tls dns axios got node-fetch undici request superagent ws nodemailer ssh2 @grpc/grpc-js",
    Effect.FILE_WRITE: "fs fs/promises fs-extra graceful-fs rimraf mkdirp",
    Effect.FILE_READ: "glob fast-glob globby",
    Effect.DATABASE: "pg mysql mysql2 sqlite3 better-sqlite3 redis ioredis mongodb mongoose knex typeorm sequelize @prisma/client",
    Effect.METRICS: "prom-client hot-shots node-statsd os systeminformation pidusage @opentelemetry/api",
    Effect.RANDOM: "uuid nanoid seedrandom chance",
    Effect.LOG: "chalk winston pino bunyan debug signale consola",
    Effect.SLEEP: "delay sleep-promise timers/promises",
}
_MODULES = {module: effect for effect, modules in _BY_MODULE.items() for module in modules.split()}
_PURE_MODULES = frozenset(
    {"path", "util", "lodash", "date-fns", "dayjs", "moment", "ms", "semver", "url", "querystring"}
)
_EXACT: dict[str, Effect | None] = {
    "setTimeout": Effect.SLEEP, "Math.random": Effect.RANDOM, "Date.now": Effect.CLOCK, "performance.now": Effect.CLOCK,
    "Date": Effect.CLOCK, "process.hrtime": Effect.CLOCK, "process.hrtime.bigint": Effect.CLOCK, "process.exit": Effect.EXIT,
    "fetch": Effect.NETWORK, "crypto.randomUUID": Effect.RANDOM, "crypto.randomBytes": Effect.RANDOM,
    "crypto.getRandomValues": Effect.RANDOM, "crypto.randomInt": Effect.RANDOM, "Promise.reject": Effect.RAISE,
    "Object.assign": Effect.STATE, "Object.defineProperty": Effect.STATE, "clearTimeout": None, "clearInterval": Effect.STATE,
    "sleep": Effect.SLEEP, "delay": Effect.SLEEP, "alert": Effect.LOG,
}  # fmt: skip
_PURE_OWNERS = frozenset(
    {"Math", "JSON", "Object", "Array", "Number", "String", "Date", "Promise", "Boolean", "BigInt", "Intl"}
)
_PURE = frozenset(
    {
        "String", "Number", "Boolean", "BigInt", "Symbol", "Array", "Object", "Map", "Set", "WeakMap", "WeakSet", "Error",
        "TypeError", "RangeError", "RegExp", "Promise", "parseInt", "parseFloat", "isNaN", "isFinite", "encodeURIComponent",
        "decodeURIComponent", "encodeURI", "decodeURI", "structuredClone", "URL", "URLSearchParams", "Uint8Array",
    }
)  # fmt: skip
PURE_METHODS = frozenset(
    {
        "toFixed", "toString", "toISOString", "toLowerCase", "toUpperCase", "toLocaleString", "toLocaleTimeString",
        "toLocaleDateString", "toJSON", "trim", "trimStart", "trimEnd", "padStart", "padEnd", "startsWith", "endsWith",
        "charAt", "charCodeAt", "codePointAt", "substring", "substr", "slice", "split", "join", "concat", "includes",
        "indexOf", "lastIndexOf", "repeat", "localeCompare", "getTime", "getFullYear", "getMonth", "getDate", "getHours",
        "getMinutes", "getSeconds", "map", "filter", "forEach", "reduce", "some", "every", "flatMap", "flat", "then",
        "finally", "at", "hasOwnProperty", "valueOf", "toPrecision", "toSorted", "entries", "keys", "values",
    }
)  # fmt: skip
"""Methods of values of the language itself: they touch nothing outside, whatever they are called on."""
MUTATORS = frozenset(
    {"push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "set", "add", "delete", "clear", "append"}
)
"""Methods that change what they are called on, and nothing else where that is a container."""
RUNNERS = frozenset(
    {"setTimeout", "setImmediate", "map", "filter", "forEach", "reduce", "some", "every", "flatMap", "then", "finally", "catch"}
)  # fmt: skip
"""What runs a function that it is given."""
CONVERTERS = frozenset({"Boolean", "String", "Number", "parseInt", "parseFloat"})
_LOG_METHODS = frozenset(
    {"log", "info", "warn", "warning", "error", "debug", "trace", "verbose", "silly", "fatal", "success", "notice", "http", "table", "group", "groupEnd", "time", "timeEnd"}
)  # fmt: skip
_LOG_OWNERS = ("log", "logger", "logging", "console", "winston", "pino")


def effect_of_module(module: str) -> Effect | None:
    """The effect of calling what a package gives; UNKNOWN for packages that we do not know."""
    name = module.removeprefix("node:")
    if name in _PURE_MODULES or name.startswith(("lodash/", "date-fns/")):
        return None
    return _MODULES.get(name, Effect.UNKNOWN)


def effect_of_global(name: str) -> Effect | str | None:
    """The effect of a function of the language or its platform; the name itself where it is none of theirs."""
    if name in _EXACT:
        return _EXACT[name]
    head, _, rest = name.partition(".")
    if name in _PURE or (rest and head in _PURE_OWNERS):
        return None
    if head in ("process", "window", "document", "navigator", "localStorage", "sessionStorage", "globalThis", "crypto"):
        return Effect.UNKNOWN
    return name


def is_log(name: str) -> bool:
    """Whether a call of this dotted name only talks."""
    owner, _, method = name.rpartition(".")
    last = owner.rpartition(".")[2].lower()
    return method in _LOG_METHODS and last.endswith(_LOG_OWNERS)
