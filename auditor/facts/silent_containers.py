"""Whether nothing that the containers of a repository start answers HTTP."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.facts.container_starts import ContainerStarts, programs_started
from auditor.facts.module_index import module_index
from auditor.facts.python_commands import PythonCommands
from auditor.facts.python_imports import PythonImport
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_routes import ServedRoutes
from auditor.model.source import Language, Role

__all__ = ["serves_nothing"]

_SERVERS = frozenset({
    "BaseHTTPServer", "aiohttp.web", "asgiref", "bentoml", "blacksheep", "bokeh", "bottle", "chainlit", "cherrypy", "connexion", "daphne", "dash", "django",
    "eventlet", "falcon", "fastapi", "fastmcp", "flask", "gevent", "gradio", "granian", "grpc", "grpclib", "gunicorn", "http.server", "hug", "hypercorn", "kserve",
    "langserve", "litestar", "mcp", "mlflow", "nicegui", "ninja", "panel", "pyramid", "quart", "ray", "reflex", "robyn", "sanic", "socketio", "socketserver",
    "starlette", "streamlit", "tornado", "twisted", "uvicorn", "vibora", "vllm", "waitress", "web", "websockets", "werkzeug", "wsgiref", "xmlrpc",
})  # fmt: skip
_LOADERS = frozenset({"importlib", "importlib.util", "pkgutil", "runpy"})
"""What modules are loaded with by names that are known only when the program runs: those beside the one that does it."""
_STARTED = frozenset(
    {
        "uvicorn",
        "gunicorn",
        "hypercorn",
        "daphne",
        "granian",
        "streamlit",
        "flask",
        "nginx",
        "fastapi",
        "waitress-serve",
        "ray",
        "mlflow",
    }
)
_OTHERS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.RUST, Language.C, Language.CPP})  # fmt: skip
_MOST = 2_000


def serves_nothing(facts: RepositoryFacts) -> bool:
    """Whether all that images and manifests start are Python programs of the repository none of whose modules is a server.

    For `RepositoryFacts.derive`.
    """
    programs = [one for _, one in programs_started(facts)]
    if not programs or any(one.served for one in programs) or _has_others(facts):
        return False
    index = facts.derive(module_index)
    started = {path for one in programs for path in ([one.name] if one.file else index.files(one.name, ""))}
    known = {file.path for file, _ in facts.of(PythonModule)}
    places = {found for one in started for found in _placed(one, known)}
    if not places or len(places) < len({one.name for one in programs}):
        return False
    return not any(_answers(path, facts) for path in _reached(places, facts))


def _has_others(facts: RepositoryFacts) -> bool:
    """Whether an image starts what is not read, or code of another language may be what answers."""
    told = {file.path for file, _ in facts.of(ContainerStarts)}
    shipped = [file for file in facts.files if file.role is Role.SHIPPED]
    return any(file.language is Language.DOCKERFILE and file.path not in told for file in shipped) or any(
        file.language in _OTHERS for file in shipped
    )


def _placed(name: str, known: set[str]) -> Iterable[str]:
    """The file of the repository that a started one is, by the end of its path."""
    plain = name.removeprefix("./")
    if plain in known:
        return (plain,)
    parts = plain.strip("/").split("/")
    ends = ["/".join(parts[start:]) for start in range(len(parts))]
    return next(((end,) for end in ends if end in known), ())


def _reached(places: set[str], facts: RepositoryFacts) -> set[str]:
    """The files that the programs load, their own among them."""
    index = facts.derive(module_index)
    modules = tuple(file.path for file, _ in facts.of(PythonModule))
    found, waiting, swept = set(places), sorted(places), set[str]()
    while waiting and len(found) < _MOST:
        path = waiting.pop()
        loaded = {other for one in _imports(path, facts) for other in index.imported(one, path)} - found
        if any(one.module in _LOADERS for one in _imports(path, facts)):
            base = path.rpartition("/")[0]
            below = modules if base and base not in swept else ()
            swept.add(base)
            loaded |= {one for one in below if one.startswith(f"{base}/")} - found
        found |= loaded
        waiting.extend(sorted(loaded))
    return found


def _imports(path: str, facts: RepositoryFacts) -> tuple[PythonImport, ...]:
    return tuple(one for fact in facts.at(path, PythonModule) for one in fact.imports)


def _answers(path: str, facts: RepositoryFacts) -> bool:
    """Whether a module may be, or may start, a server."""
    if any(fact.exposes or fact.app or fact.top for fact in facts.at(path, ServedRoutes)):
        return True
    names = {
        name
        for one in _imports(path, facts)
        for name in (one.module, f"{one.module}.{one.name}", one.module.partition(".")[0])
    }
    words = {word for fact in facts.at(path, PythonCommands) for one in fact.commands for word in one.words}
    return bool(names & _SERVERS) or bool(words & _STARTED)
