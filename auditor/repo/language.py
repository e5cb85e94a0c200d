"""The language of a file, told from its name and, where that says nothing, from its first line."""

from __future__ import annotations

from auditor.model.source import Language

__all__ = ["BINARY_SUFFIXES", "is_binary", "language_named", "language_of"]

_SUFFIXES = {
    Language.C: "c h",
    Language.CPP: "cc cpp cxx hh hpp hxx ino",
    Language.DOCKERFILE: "dockerfile containerfile",
    Language.ENV: "env",
    Language.GO: "go",
    Language.HCL: "tf tfvars hcl nomad",
    Language.INI: "ini cfg properties service timer socket desktop",
    Language.JAVA: "java",
    Language.JAVASCRIPT: "js mjs cjs jsx",
    Language.JSON: "json jsonc json5 geojson ipynb webmanifest",
    Language.MAKEFILE: "mk mak",
    Language.MARKDOWN: "md markdown mdx mkd",
    Language.PYTHON: "py pyi pyw",
    Language.RUST: "rs",
    Language.SHELL: "sh bash zsh ksh bats",
    Language.SQL: "sql",
    Language.TOML: "toml",
    Language.TSX: "tsx",
    Language.TYPESCRIPT: "ts mts cts",
    Language.XML: "xml xsd xsl xslt svg csproj props targets plist",
    Language.YAML: "yml yaml",
}
_BY_SUFFIX = {suffix: language for language, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}

_NAMES = {
    Language.ENV: ".flaskenv env.example env.sample env.template",
    Language.INI: ".editorconfig .coveragerc .pylintrc .flake8 .gitconfig .npmrc .pypirc setup.cfg pip.conf",
    Language.JSON: ".babelrc .eslintrc .prettierrc .jshintrc composer.lock pipfile.lock",
    Language.MAKEFILE: "makefile gnumakefile bsdmakefile",
    Language.SHELL: ".bashrc .bash_profile .bash_aliases .profile .zshrc .zprofile .envrc",
    Language.TEXT: "jenkinsfile procfile cmakelists.txt go.mod go.sum",
    Language.TOML: "pipfile poetry.lock cargo.lock uv.lock pdm.lock",
    Language.YAML: ".clang-format .clang-tidy .yamllint .condarc",
    Language.PYTHON: "sconstruct sconscript wscript",
}
_BY_NAME = {name: language for language, names in _NAMES.items() for name in names.split()}

_INTERPRETERS = {
    "ash": Language.SHELL, "bash": Language.SHELL, "bats": Language.SHELL, "dash": Language.SHELL, "ksh": Language.SHELL,
    "sh": Language.SHELL, "zsh": Language.SHELL, "bun": Language.TYPESCRIPT, "deno": Language.TYPESCRIPT,
    "ts-node": Language.TYPESCRIPT, "tsx": Language.TYPESCRIPT, "make": Language.MAKEFILE, "node": Language.JAVASCRIPT,
    "nodejs": Language.JAVASCRIPT, "pypy": Language.PYTHON, "python": Language.PYTHON,
}  # fmt: skip

_TEMPLATE_SUFFIXES = (".example", ".sample", ".dist", ".default", ".defaults")
"""What is put behind the name of a file that is to be copied and filled in."""

BINARY_SUFFIXES = frozenset(
    {
        "7z", "a", "avi", "avif", "bin", "bmp", "bz2", "class", "coverage", "db", "dll", "doc", "docx", "dylib", "eot",
        "exe", "flac", "gif", "gz", "ico", "jar", "jpeg", "jpg", "mov", "mp3", "mp4", "npy", "npz", "o", "odt", "ogg",
        "otf", "parquet", "pdf", "pickle", "pkl", "png", "pptx", "pt", "pyc", "pyd", "pyo", "rar", "so", "sqlite",
        "sqlite3", "swp", "tar", "tgz", "tif", "tiff", "ttf", "wasm", "wav", "webm", "webp", "whl", "woff", "woff2",
        "xls", "xlsx", "xz", "zip", "zst",
    }
)  # fmt: skip
"""Suffixes of formats that are never text, even where their first bytes look like it."""


def language_of(path: str, head: bytes) -> Language:
    """The language of the file at `path` whose first bytes are `head`; TEXT where nothing tells."""
    if is_binary(path, head):
        return Language.BINARY
    if "{{" in path:  # a template of a project: its files hold expressions of the template's language
        return Language.TEXT
    named = language_named(path)
    return named if named is not None else _from_first_line(head)


_NO_DOCKERFILES = (".md", ".txt", ".dockerignore", ".j2", ".tpl", ".tmpl", ".yml", ".yaml", ".json", ".py", ".sh")
"""Endings of what is about Dockerfiles, makes them, or settings for them."""


def language_named(path: str) -> Language | None:
    """The language that the name of a file tells, or None."""
    name = path.rpartition("/")[2].lower()
    for suffix in _TEMPLATE_SUFFIXES:
        if name not in _BY_NAME:
            name = name.removesuffix(suffix)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if _is_dockerfile(name, in_lower_case=path.rpartition("/")[2][:1].islower()):
        return Language.DOCKERFILE
    if name in (".env", ".env.template") or name.startswith(".env.") or name.endswith(".env.template"):
        return Language.ENV
    _, dot, suffix = name.rpartition(".")
    if not dot:
        return None
    return _BY_SUFFIX.get(suffix, Language.TEXT if len(name) > len(suffix) + 1 else None)


def is_binary(path: str, head: bytes) -> bool:
    """Whether a file is no text: by a suffix that tells so, or a NUL byte where git looks for one."""
    return path.rpartition(".")[2].lower() in BINARY_SUFFIXES or b"\0" in head[:8000]


def _is_dockerfile(name: str, *, in_lower_case: bool) -> bool:
    """Whether a file is named as Dockerfiles are; ``dockerfile.go`` reads them, where ``Dockerfile.go`` builds a program."""
    stem, dot, _ = name.partition(".")
    if stem not in ("dockerfile", "containerfile"):
        return name.startswith(("dockerfile-", "dockerfile_"))
    reads = in_lower_case and bool(dot) and name.rpartition(".")[2] in _BY_SUFFIX
    return not reads and not name.endswith(_NO_DOCKERFILES)


def _from_first_line(head: bytes) -> Language:
    if not head.startswith(b"#!"):
        return Language.TEXT
    words = head[2:].partition(b"\n")[0].decode("ascii", "replace").split()
    names = [word.rpartition("/")[2] for word in words]
    if names and names[0] == "env":
        names = [name for name in names[1:] if not name.startswith("-") and "=" not in name]
    if not names:
        return Language.TEXT
    return _INTERPRETERS.get(names[0].rstrip("0123456789."), Language.TEXT)
