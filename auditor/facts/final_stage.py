"""The last stage of a Dockerfile, which becomes the image (https://docs.docker.com/build/building/multi-stage/)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.facts.dockerfile_copies import instructions
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["FinalStage", "Instruction", "final_stage"]

_FROM = pattern(r"(?i)^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$")
_WORD = pattern(r"^\s*([A-Za-z]+)\s+(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction: its keyword in capitals, the rest, and its first line."""

    keyword: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalStage:
    """The image that the last stage builds on in the end, and the instructions that make it, those of the stages that it builds on included."""

    image: str
    instructions: tuple[Instruction, ...]


def final_stage(source: Source) -> FinalStage | None:
    """The last stage of a Dockerfile; None for other files, templates and images that a variable names."""
    if source.file.language is not Language.DOCKERFILE or "{{" in source.text:
        return None
    images: list[str] = []
    bodies: list[list[Instruction]] = []
    names: dict[str, int] = {}
    for text, line in instructions(source.lines):
        start, word = _FROM.search(text), _WORD.search(text)
        if start is not None:
            base = names.get(start.group(1).lower())
            images.append(images[base] if base is not None else start.group(1))
            bodies.append(list(bodies[base]) if base is not None else [])
            if start.group(2):
                names[start.group(2).lower()] = len(images) - 1
        elif word is not None and bodies:
            bodies[-1].append(Instruction(keyword=word.group(1).upper(), text=word.group(2), line=line))
    if not images or "$" in images[-1]:
        return None
    return FinalStage(image=images[-1], instructions=tuple(bodies[-1]))
