"""Style sheets and scripts: served from memory, compressed, and for ever under a name that changes with them."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

from acorn_portal.gate import everybody
from acorn_portal.settings import Settings

_FOLDER = Path(__file__).parent / "static"
_COMPRESSED = {".css", ".js", ".svg"}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent; `mark` changes with its content."""

    content: bytes
    packed: bytes | None
    media: str
    mark: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "Asset":
        """From a file's name and content."""
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        packed = gzip.compress(content, mtime=0) if Path(name).suffix in _COMPRESSED else None
        text = media.startswith("text/")
        mark = hashlib.sha256(content).hexdigest()[:12]
        return cls(content, packed, f"{media}; charset=utf-8" if text else media, mark)


def expose(app: Flask, settings: Settings) -> None:
    """Serve `/static/`, and give templates `asset(name)`, the address of a file as it is now."""
    held = {
        str(path.relative_to(_FOLDER)): Asset.of(path.name, path.read_bytes())
        for path in _FOLDER.rglob("*")
        if path.is_file()
    }
    held["trust.css"] = Asset.of("trust.css", _trust(settings.trust_colour).encode())

    @app.get("/static/<mark>/<path:name>")
    @everybody
    def static(mark: str, name: str) -> Response:
        found = held.get(name)
        if found is None:
            abort(404)
        packed = found.packed is not None and request.accept_encodings.quality("gzip") > 0
        response = Response(found.packed if packed else found.content, content_type=found.media)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        fresh = "public, max-age=31536000, immutable" if mark == found.mark else "no-cache"
        response.headers["Cache-Control"] = fresh
        return response

    @app.template_global()
    def asset(name: str) -> str:
        return f"/static/{held[name].mark}/{name}"


def _trust(colour: str) -> str:
    return f":root{{--govuk-brand-colour:{colour};--acorn-trust-colour:{colour}}}\n"
