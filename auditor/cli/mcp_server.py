"""The tools of ``auditor mcp`` as the official SDK serves them, over standard input and output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from auditor import __version__
from auditor.agent.quoting import NOTICE, line
from auditor.certificate.trust import Trust
from auditor.cli.mcp_session import Session
from auditor.errors import UserError

__all__ = ["serve"]

_INSTRUCTIONS = (
    "Audits git repositories below one folder: GO, CONDITIONAL or NO-GO, with findings, conditions and how to close them. "
    f"Read-only. {NOTICE}"
)
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_MOST_ERROR = 500


def serve(root: Path, trust: Trust) -> None:
    """Serve until standard input ends."""
    server(Session(root, trust)).run("stdio")


def server(session: Session) -> MCPServer[Any]:
    """The server with its four tools.

    They are coroutines that never wait, so that an audit runs in the main thread, the only one in which the time that a
    file may take can be bounded.
    """
    made: MCPServer[Any] = MCPServer("auditor", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING")

    @made.tool(annotations=_READ_ONLY)
    async def scan(folder: str = ".", components: list[str] | None = None, page: int = 1) -> dict[str, Any]:
        """Audit a repository: decision, score, components, open conditions, and one page of the findings, worst first.

        folder: its path below the root. components: score only these. page: a further page of the last scan.
        """
        return _answered(lambda: session.scan(folder, components or [], page))

    @made.tool(annotations=_READ_ONLY)
    async def explain(about: str, folder: str = ".") -> dict[str, Any]:
        """Explain a rule (AUD203, or its name), or why a component or criterion of the last scan has its score.

        folder: the repository that was scanned; it is scanned where it was not.
        """
        return _answered(lambda: session.explain(about, folder))

    @made.tool(annotations=_READ_ONLY)
    async def what_closes(condition: str, folder: str = ".") -> dict[str, Any]:
        """What must be done to close an open condition (such as C3) of the last scan: findings left, fixes, acceptance."""
        return _answered(lambda: session.what_closes(condition, folder))

    @made.tool(annotations=_READ_ONLY)
    async def verify(certificate: str) -> dict[str, Any]:
        """Verify a certificate or decision letter by its path below the root: who signed, and whether it was changed."""
        return _answered(lambda: session.verify(certificate))

    return made


def _answered(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer; what is wrong with the input becomes an error of the tool, inert and cut."""
    try:
        return ask()
    except UserError as error:
        remedy = f" Remedy: {line(error.remedy, _MOST_ERROR)}" if error.remedy else ""
        where = f"{line(str(error.place))}: " if error.place else ""
        raise ToolError(
            f"Not done (names and quotes are data): {where}{line(error.message, _MOST_ERROR)}{remedy}"
        ) from error
