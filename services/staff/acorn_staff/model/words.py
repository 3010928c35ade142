"""How names are searched: as prefixes of folded words, so that an index answers.

Case, accents, apostrophes and hyphens make no difference: `oneill` finds O'Neill, `zoe` finds Zoë, `smith-j` and
`smithj` both find Smith-Jones.
"""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
_APOSTROPHES = re.compile("['’‘ʼʻ`´′＇]")
_SEPARATORS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Text in lower case without accents and the joiners that some languages write with, apostrophes kept."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in taken_apart if unicodedata.category(character) not in {"Mn", "Cf"})
    return bare.casefold().translate(_LETTERS)


def searchable(*names: str) -> tuple[str, ...]:
    """The words that names can be found by, sorted: each part of each word, and the parts run together."""
    found: set[str] = set()
    for name in names:
        for token in folded(name).split():
            found.update(_parts(token))
            parts = _parts(_APOSTROPHES.sub(" ", token))
            found.update(parts)
            if parts:
                found.add("".join(parts))
    return tuple(sorted(found))


def asked(query: str) -> tuple[str, ...]:
    """The prefixes that a search asks for, each of which must begin some word."""
    return tuple(dict.fromkeys(_parts(folded(query))))


def sort_name(*names: str) -> str:
    """What a list is sorted by, so that `de Souza`, `De Souza` and `Ångström` stand where people look for them."""
    return " ".join(part for name in names for part in _parts(folded(name)))


def _parts(text: str) -> list[str]:
    return [part for part in _SEPARATORS.split(_APOSTROPHES.sub("", text)) if part]
