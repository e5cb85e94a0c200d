"""Trees that belong to somebody else or to a tool, recognised by what they hold, even where they are committed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

__all__ = ["VendoredTrees"]

_BY_FOLDER = {
    "node_modules": "installed packages",
    "bower_components": "installed packages",
    "jspm_packages": "installed packages",
    "site-packages": "installed packages",
    "__pycache__": "cache",
    ".mypy_cache": "cache",
    ".pytest_cache": "cache",
    ".ruff_cache": "cache",
    ".hypothesis": "cache",
    ".ipynb_checkpoints": "cache",
    ".gradle": "cache",
    ".terraform": "cache",
    ".parcel-cache": "cache",
    ".turbo": "cache",
    ".tox": "virtual environment",
    ".nox": "virtual environment",
    ".eggs": "installed packages",
    ".next": "build output",
    ".nuxt": "build output",
    ".svelte-kit": "build output",
    "third_party": "third-party code",
    "third-party": "third-party code",
    "thirdparty": "third-party code",
    "3rdparty": "third-party code",
    "_vendor": "third-party code",
    "vendored": "third-party code",
}
_BY_FOLDER_SUFFIX = {".dist-info": "installed packages", ".egg-info": "build metadata"}
_YARN = frozenset({"cache", "releases", "plugins", "sdks", "unplugged"})
_ASSETS = frozenset({"assets", "static", "public", "js", "css", "lib", "libs", "javascripts", "stylesheets"})
_LICENCES = ("license*", "licence*", "copying*", "package.json", "go.mod", "cargo.toml", "composer.json", "*.gemspec")


class VendoredTrees:
    """The vendored trees of one set of paths: their roots and the reasons, without any file being read."""

    def __init__(self, paths: Collection[str]) -> None:
        self._children = _children(paths)
        self.roots: dict[str, str] = {}
        for folder in sorted(self._children, key=lambda folder: (folder.count("/"), folder)):
            if folder and not self.root_of(folder):
                reason = self._reason(folder)
                if reason:
                    self.roots[folder] = reason

    def root_of(self, path: str) -> str | None:
        """The root of the vendored tree that `path` lies in, or None."""
        if not self.roots:
            return None
        end = path.find("/")
        while end >= 0:
            if path[:end] in self.roots:
                return path[:end]
            end = path.find("/", end + 1)
        return path if path in self.roots else None

    def _reason(self, folder: str) -> str | None:
        parent, _, name = folder.rpartition("/")
        inside = self._children[folder]
        by_suffix = (reason for suffix, reason in _BY_FOLDER_SUFFIX.items() if name.endswith(suffix))
        if self._is_environment(folder):
            return "virtual environment"
        named = _BY_FOLDER.get(name) or next(by_suffix, None)
        if named or "CACHEDIR.TAG" in inside:
            return named or "cache"
        if parent.rpartition("/")[2] == ".yarn" and name in _YARN:
            return "packages for offline use"
        if name == "Pods" and inside & {"Manifest.lock", "Pods.xcodeproj"}:
            return "installed packages"
        return "third-party code" if name in ("vendor", "vendors") and self._is_vendor(folder) else None

    def _is_environment(self, folder: str) -> bool:
        inside = self._children[folder]
        if "pyvenv.cfg" in inside or ("conda-meta" in inside and self._has(f"{folder}/conda-meta", "history")):
            return True
        if self._has(f"{folder}/Scripts", "activate.bat"):
            return True
        python = any(
            name.startswith("python") and self._has(f"{folder}/lib/{name}", "site-packages")
            for name in self._children.get(f"{folder}/lib", ())
        )
        binaries = self._children.get(f"{folder}/bin", set())
        return python or ("activate" in binaries and any(fnmatchcase(name, "pip*") for name in binaries))

    def _is_vendor(self, folder: str) -> bool:
        """Whether a folder called `vendor` holds other people's code, and is no module about vendors."""
        parent = folder.rpartition("/")[0]
        if not parent or parent.rpartition("/")[2] in _ASSETS:
            return True
        inside = self._children[folder]
        if inside & {"modules.txt", "autoload.php", "bundle"}:
            return True
        below = (self._children.get(f"{folder}/{name}", set()) for name in inside)
        return any(fnmatchcase(name.lower(), mark) for names in below for name in names for mark in _LICENCES)

    def _has(self, folder: str, name: str) -> bool:
        return name in self._children.get(folder, ())


def _children(paths: Iterable[str]) -> dict[str, set[str]]:
    """The names in every folder; the top folder is the empty string."""
    children: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        while True:
            names = children.get(folder)
            if names is not None:
                names.add(name)
                break
            children[folder] = {name}
            if not folder:
                break
            folder, _, name = folder.rpartition("/")
    return children
