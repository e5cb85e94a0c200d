"""Names of signers: two that look alike must not be taken for one another.

What can be told without a table of look-alikes is refused: characters that are not seen, characters that only look
like plainer ones (they change under NFKC), and letters of two scripts in one name. A name that is written wholly in
another script is shown with its code points beside it.
"""

from __future__ import annotations

import unicodedata

from auditor.model.escape import visible

__all__ = ["name_problem", "shown_name"]


def name_problem(name: str) -> str | None:
    """Why a name is refused; None where it is fine."""
    if name != name.strip() or not name:
        return "a name must neither be empty nor begin or end with a blank"
    if visible(name) != name:
        return f"{visible(name)} holds characters that cannot be seen"
    if unicodedata.normalize("NFKC", name) != name:
        return f"{shown_name(name)} holds characters that look like plainer ones"
    scripts = {unicodedata.name(one, "?").split(" ")[0] for one in name if one.isalpha()}
    if len(scripts) > 1:
        return f"{shown_name(name)} mixes letters of {' and '.join(sorted(scripts))}, which can look alike"
    return None


def shown_name(name: str) -> str:
    """The name as it is printed: where it is not plain ASCII, with its code points."""
    if name.isascii():
        return visible(name)
    points = "".join(one if one.isascii() else f"\\u{ord(one):04x}" for one in name)
    return f"{visible(name)} [{visible(points)}]"
