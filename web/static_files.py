"""The page's style, behaviour and pictures as files that a browser keeps: their addresses change with their content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_STYLES = (
    "page",
    "talk",
    "reader",
    "pages",
    "texts",
    "tables",
    "checks",
    "gloss",
    "conversations",
    "excerpts",
    "narrow",
    "library",
    "reach",
    "presenter",
    "print",
)
_ON_DEMAND = re.compile(rb"""\bimport\("\./(\w+)\.js"\)""")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """All of them, in memory: no part of an address is ever a path of this machine."""

    version: str
    """Changes when one of them changes; part of their addresses."""
    contents: dict[str, bytes]
    """By the rest of the address."""

    @property
    def modules(self) -> list[str]:
        """The addresses below the version of the ES modules that each page needs; others are loaded when wanted."""
        wanted = {f"js/{name.decode()}.js" for text in self.contents.values() for name in _ON_DEMAND.findall(text)}
        return sorted(name for name in self.contents.keys() - wanted if name.startswith("js/"))

    def answer(self, request: Request) -> Response:
        """Return a file for `/static/{version}/{name}`; one of an earlier version is gone."""
        content = self.contents.get(request.path_params["name"])
        if content is None or request.path_params["version"] != self.version:
            return Response(status_code=404, headers={"cache-control": "no-store"})  # an update may bring it
        kind = _TYPES[Path(request.path_params["name"]).suffix]
        return Response(content, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})


@cache
def static_files() -> StaticFiles:
    """Read them, once."""
    contents = {f"js/{path.name}": path.read_bytes() for path in sorted((_FOLDER / "js").glob("*.js"))}
    # One file: a style sheet that came later than the others would move the page.
    contents["page.css"] = b"".join((_FOLDER / "css" / f"{name}.css").read_bytes() for name in _STYLES)
    contents["plain.css"] = (_FOLDER / "css" / "plain.css").read_bytes()
    contents["api.css"] = (_FOLDER / "css" / "api.css").read_bytes()
    contents["icon.svg"] = _icon().encode()
    contents["early.js"] = (_FOLDER / "early.js").read_bytes()
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return StaticFiles(digest.hexdigest()[:16], contents)


def _icon() -> str:
    """Return the first of the logo's two characters, in vermilion."""
    first = (_FOLDER / "logo.svg").read_text("utf-8").split("<path ")[1].split("/>")[0]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"><path fill="#a5372b" {first}/></svg>'
