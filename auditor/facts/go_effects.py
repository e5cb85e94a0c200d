"""What calls do in Go, told from the import paths and names that they resolve to."""

from __future__ import annotations

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern

__all__ = ["MUTATORS", "PURE_METHODS", "effect_of_builtin", "effect_of_package", "is_log"]

_BY_PACKAGE = {
    Effect.PROCESS: "os/exec syscall plugin",
    Effect.NETWORK: "net net/http net/smtp net/rpc crypto/tls google.golang.org/grpc",
    Effect.FILE_WRITE: "os io/ioutil archive/zip archive/tar",
    Effect.FILE_READ: "path/filepath io/fs embed",
    Effect.DATABASE: "database/sql github.com/lib/pq gorm.io/gorm go.mongodb.org/mongo-driver/mongo",
    Effect.METRICS: "runtime runtime/debug runtime/metrics github.com/prometheus/client_golang/prometheus",
    Effect.RANDOM: "math/rand math/rand/v2 crypto/rand github.com/google/uuid",
    Effect.LOG: "log log/slog go.uber.org/zap github.com/sirupsen/logrus github.com/rs/zerolog/log k8s.io/klog/v2 k8s.io/klog",
}
_PACKAGES = {package: effect for effect, packages in _BY_PACKAGE.items() for package in packages.split()}
_PURE_PACKAGES = frozenset(
    {
        "strings", "strconv", "math", "sort", "slices", "maps", "bytes", "unicode", "unicode/utf8", "errors", "cmp", "path",
        "encoding/json", "encoding/base64", "encoding/hex", "regexp", "context", "sync", "sync/atomic", "math/bits", "hash/fnv",
        "crypto/sha256", "net/url", "text/template", "reflect", "github.com/pkg/errors",
    }
)  # fmt: skip
_EXACT: dict[str, Effect | None] = {
    "fmt.Print": Effect.LOG, "fmt.Println": Effect.LOG, "fmt.Printf": Effect.LOG, "fmt.Sprintf": None, "fmt.Sprint": None,
    "fmt.Sprintln": None, "fmt.Errorf": None, "log.Fatal": Effect.EXIT, "log.Fatalf": Effect.EXIT, "log.Fatalln": Effect.EXIT,
    "log.Panic": Effect.RAISE, "log.Panicf": Effect.RAISE, "os.Exit": Effect.EXIT, "os.Getenv": Effect.ENVIRONMENT,
    "os.LookupEnv": Effect.ENVIRONMENT, "os.Environ": Effect.ENVIRONMENT, "os.IsNotExist": None, "time.Sleep": Effect.SLEEP,
    "time.After": Effect.SLEEP, "time.Now": Effect.CLOCK, "time.Since": Effect.CLOCK, "time.Until": Effect.CLOCK,
    "time.Duration": None, "time.Unix": None, "time.Date": None, "time.ParseDuration": None, "time.Parse": None,
    "context.WithTimeout": None, "context.WithCancel": None,
}  # fmt: skip
_BUILTINS: dict[str, Effect | None] = {
    **dict.fromkeys(
        (
            "len", "cap", "make", "new", "append", "min", "max", "complex", "real", "imag", "string", "int", "int8", "int16",
            "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "bool", "byte", "rune", "error",
        ),
        None,
    ),
    "panic": Effect.RAISE, "copy": Effect.STATE, "delete": Effect.STATE, "close": Effect.STATE, "clear": Effect.STATE,
    "print": Effect.LOG, "println": Effect.LOG, "recover": Effect.UNKNOWN,
}  # fmt: skip
PURE_METHODS = frozenset(
    {
        "Lock", "Unlock", "RLock", "RUnlock", "Done", "Err", "Deadline", "String", "Error", "Seconds", "Milliseconds", "Microseconds", "Minutes", "Hours",
        "Format", "Unix", "UnixNano", "UnixMilli", "Sub", "Before", "After", "IsZero", "UTC",
    }
)  # fmt: skip
"""Methods of locks, contexts, times and strings: they touch nothing outside, whatever they are called on."""
MUTATORS = frozenset({"WriteString", "WriteByte", "WriteRune"})
_LOG_METHOD = pattern(r"^(?:Print|Info|Debug|Warn|Warning|Error|Trace|Log|Notice|Verbose)(?:f|ln|w|S|Context|Ctx)?$")
_LOG_OWNER = pattern(r"(?i)(?:log|logger|logging|sugar|slog|klog)$")


def effect_of_package(package: str, name: str) -> Effect | None:
    """The effect of calling a function of an imported package; UNKNOWN for packages that we do not know."""
    exact = f"{package.rpartition('/')[2]}.{name}"
    if exact in _EXACT and package in ("fmt", "log", "os", "time", "context"):
        return _EXACT[exact]
    if package in _PURE_PACKAGES:
        return None
    return _PACKAGES.get(package, Effect.UNKNOWN)


def effect_of_builtin(name: str) -> Effect | str | None:
    """The effect of a function of the language; the name itself where it is none."""
    return _BUILTINS.get(name, name)


def is_log(name: str) -> bool:
    """Whether a call of this dotted name only talks."""
    owner, _, method = name.rpartition(".")
    return _LOG_METHOD.search(method) is not None and _LOG_OWNER.search(owner.rpartition(".")[2]) is not None
