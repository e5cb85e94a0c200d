"""Commands whose failure may well be ignored: cleaning up, asking, notifying."""

from __future__ import annotations

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Chain, Command, Group, Node, Pipeline, Prefixed, commands

__all__ = ["is_tolerated", "names_of_failing"]

_NAMES = frozenset({
    "pkill", "kill", "killall", "rm", "rmdir", "deactivate", "source", ".", "grep", "egrep", "fgrep", "rg", "zgrep", "diff",
    "cmp", "mkdir", "ln", "unlink", "umount", "sleep", "wait", "read", "which", "command", "type", "let", "((", "swapoff",
    "userdel", "groupadd", "useradd", "adduser", "addgroup", "sysctl", "stty", "tput", "printf", "echo", "ls", "head", "tail",
    "stat", "du", "df", "ps", "lsof", "wc", "sort", "uniq", "cut", "tr", "awk", "sed", "jq", "tmux", "adb", "mail", "sendmail",
    "tree", "true", "false", ":", "unset", "trap", "cat", "hash", "getconf", "ulimit", "chown", "chmod", "id", "pgrep", "free",
    "dmesg", "journalctl", "ccache", "modprobe", "popd", "set", "shopt", "seq", "timeout", "touch", "less", "file", "printenv",
    "env", "netstat", "ss", "ping", "notify-send", "launchctl", "security", "fuser", "losetup", "dnf-automatic", "return", "exit",
    "export", "complete", "bind", "local", "ldconfig", "shift", "flock", "history", "update-alternatives", "xattr", "sccache", "cachix",
})  # fmt: skip
_SUBCOMMANDS = pattern(
    r"^((docker|podman) (container |image |volume |network |system |builder )?(stop|rm|kill|rename|prune|logs|rmi|ps|pull|create|inspect|images|info|version|login|logout)"
    r"|(docker[ -]compose|docker compose) .*\b(down|logs|rm|stop|ps|kill|pull)\b|docker network \w+|docker volume \w+"
    r"|kubectl .*\b(delete|logs|describe|get|create (ns|namespace|sa|serviceaccount)|label|top|events|rollout history|cluster-info|auth can-i)\b|helm (uninstall|delete|repo|status|history|list|ls|get)\b|(oc|kind|minikube|k3d) .*\b(delete|logs|get|describe)\b"
    r"|systemctl .*\b(stop|disable|status|reset-failed|mask|kill)\b|service \S+ (stop|status)"
    r"|git (.* )?(stash|branch|tag -d|remote|worktree|config|rm|diff|log|show|describe|rev-parse|merge-base|status|submodule|fetch|gc|update-index|add|clean|notes|symbolic-ref|ls-remote|commit)\b"
    r"|(apt|apt-get|yum|dnf|brew|choco|snap|apk) .*\b(remove|purge|autoremove|clean|link|unlink|untap|doctor|uninstall|autoclean|update|upgrade)\b"
    r"|(npm|pip|pip3|yarn|pnpm) (uninstall|cache|config|list|ls|outdated)|gh (label|cache|issue|pr|release|api|run)\b|az group delete|aws [\w-]+ (delete|terminate|detach|deregister|release)-[\w-]+|aws [\w-]+ wait \S*(terminated|deleted|not-exists|stopped)|(docker|podman) run .* -c rm\b|find .*(-delete|-exec rm)|"
    r"xargs (-\S+ )*(-r )?(sudo )?(kill|rm|docker|grep)|(ip|iptables|nft|ufw|tc) .*\b(del|delete|-D|-F|link)\b|(.* )?redis-cli .*(?i:ping|flush)|dropdb|createdb|createuser|crontab -[lr]|codecov|coveralls|coverage erase|bash <|(\S+ run )?pre-commit run (.* )?[\w-]*(fixer|whitespace|format|prettier|black|isort))"
)
_DIAGNOSES = pattern(r"(?i)^(?:dump|print|show|collect)_\w*(?:logs?|events|state|diagnostics|debug)$")
"""Functions of a script that are named for showing what happened."""
_ENGINE = pattern(r"^\$\{?\w+\}? ")
_REMOTE = pattern(r"^ssh (?:-[pioFJlL] \S+ |-\S+ )*[^-\s]\S* (?:sudo )?")
"""What stands before a command that is run on another machine."""
_SECONDS = pattern(r"^(?:[1-9]|[12]\d|30)s?$")
"""A time in which no work of weight is done."""
_TESTS = frozenset({"[", "[[", "test", "((", "command", "which"})
_ENDS = frozenset(
    {
        "stop",
        "stop-all",
        "down",
        "teardown",
        "cleanup",
        "clean",
        "uninstall",
        "delete",
        "destroy",
        "kill",
        "logout",
        "purge",
        "prune",
    }
)
_NOTIFIES = pattern(
    r"(?i)webhook|slack|pagerduty|discord|telegram|teams|opsgenie|notif|\$\{?payload|healthchecks\.io|hc-ping|statuspage|datadoghq?\.(?:com|eu)/api/v\d/events|/api/annotations|metrics|pushgateway"
)
_ASKS = pattern(r"(^|\s)(-V|--help|version|--dry-run)(\s|$)|\s-h$|(^|\s)--version(\s+[0-9<>&|]\S*)*$")
_KEEPSAKES = pattern(r"(?i)\b(logs?|archive|archives|reports?|artifacts?|junit|results?)\b|_?archive_?|_?log_?dir")
_COPIES = frozenset({"cp", "mv", "tar", "rsync", "gzip", "zip", "scp"})


def is_tolerated(node: Node) -> bool:
    """Whether nobody need mind that the statement fails."""
    match node:
        case Pipeline():
            copied = isinstance(node.parts[-1], Command) and node.parts[-1].name == "tee" if node.parts else False
            return (
                all(map(is_tolerated, node.parts[:-1])) if copied else bool(node.parts) and is_tolerated(node.parts[-1])
            )
        case Chain():
            return _is_guarded(node) if node.operator == "&&" else is_tolerated(node.left)
        case Prefixed():
            return node.operator == "&" or is_tolerated(node.body)
        case Group():
            return all(is_tolerated(one) for one in node.body)
        case Command():
            return _is_tolerated(node)
        case _:
            return True


def _is_guarded(chain: Chain) -> bool:
    """``[ -f x ] && cp x y`` may end with 1 because there is nothing to do."""
    asks = isinstance(chain.left, Command) and chain.left.name in _TESTS
    return asks or is_tolerated(chain.right)


def names_of_failing(node: Node) -> str:
    """The text of what may fail: for messages and for judging how bad it is."""
    return "; ".join(" ".join(command.texts) for command in commands((node,)))


def _looks_up(command: Command) -> bool:
    """``command -v git`` asks whether there is such a program, and runs nothing."""
    first, *rest = (word.text for word in command.words)
    return first == "command" and rest[:1] in (["-v"], ["-V"])


def _ends_by_itself(command: Command) -> bool:
    """``timeout 5 shopd``: a service that is let run for some seconds, and is always ended."""
    first, *rest = (word.text for word in command.words)
    return (
        first == "timeout" and _SECONDS.search(next((one for one in rest if not one.startswith("-")), "")) is not None
    )


def _is_tolerated(command: Command) -> bool:
    text = _REMOTE.sub("", _ENGINE.sub("docker ", " ".join(command.texts)))
    if (
        not command.words
        or _looks_up(command)
        or command.name in _NAMES
        or _ENDS & set(command.texts[1:3])
        or _SUBCOMMANDS.search(text)
        or (command.name == "ssh" and text.split(" ", 1)[0] in _NAMES)
        or _ends_by_itself(command)
        or _DIAGNOSES.search(command.name)
        or (_ASKS.search(text) and " --check" not in text)
    ):
        return True
    if command.name == "mv" and any(one.target.text == "/dev/null" for one in command.redirects):
        return True  # what may not be there is put aside
    if command.name in _COPIES and _KEEPSAKES.search(text.replace("_", " ")) and "backup" not in text.lower():
        return True
    return _NOTIFIES.search(text) is not None and command.name in (
        "curl",
        "wget",
        "python",
        "python3",
        "node",
        "aws",
        "http",
    )
