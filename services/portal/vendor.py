"""Takes the portal's style sheet and scripts from GOV.UK Frontend as npm packs it: `python services/portal/vendor.py`.

What belongs to GOV.UK alone is left out: its typeface, crest and icons. A school trust is no government department.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "govuk-frontend@6.3.0"
SHA512 = (
    "717210c66e4f1c2b1b89ce3b19766b54166101e7ac8532d12fa6412a294bb11e"
    "ab3028c9b966fb16bbaad1550d30124594993fb2bb118ffabc7796ccf5c80aa0"
)
HERE = Path(__file__).parent / "acorn_portal" / "static" / "vendor"


def main() -> None:
    """Fetch the package, check that it is the one that is pinned, and write what the portal serves of it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607 - the registry's own client
        packed = next(Path(folder).glob("*.tgz"))
        if hashlib.sha512(packed.read_bytes()).hexdigest() != SHA512:
            sys.exit(f"{PACKAGE} is not the package that is pinned here: its SHA-512 differs.")
        with tarfile.open(packed) as archive:
            wanted = {name: _read(archive, f"package/dist/govuk/{name}") for name in _WANTED}
    HERE.mkdir(parents=True, exist_ok=True)
    (HERE / "govuk-frontend.min.css").write_text(without_marks(wanted["govuk-frontend.min.css"]))
    (HERE / "govuk-frontend.min.js").write_text(_unmapped(wanted["govuk-frontend.min.js"]))


_WANTED = ("govuk-frontend.min.css", "govuk-frontend.min.js")


def without_marks(css: str) -> str:
    """The style sheet without GOV.UK's typeface and crest; text is in the reader's own sans-serif."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,", "").replace("GDS Transport", "arial")
    css = re.sub(r"background-image:url\(/assets/images/govuk-crest\.svg\)", "background-image:none", css)
    css = re.sub(r"(-webkit-)?mask(-image)?:url\(/assets/images/govuk-crest\.svg\)[^;}]*", "", css)
    return _unmapped(re.sub(r"url\(/assets/images/govuk-crest\.svg\)", "none", css))


def _unmapped(text: str) -> str:
    return re.sub(r"\n?(/\*|//)# sourceMappingURL=[^\n]*", "", text).rstrip() + "\n"


def _read(archive: tarfile.TarFile, name: str) -> str:
    found = archive.extractfile(name)
    if found is None:
        sys.exit(f"{PACKAGE} has no {name}.")
    return found.read().decode()


if __name__ == "__main__":
    main()
