"""Characters that nobody sees and that make a text say something else: one rule for what is typed and what is imported.

Pure, for `model` stands on it too. A sentence names a character by its code, never the text that it stands in.
"""

import unicodedata

_LINES = frozenset("\n\r\t\u2028\u2029")
# They turn the letters that follow round: a name on the screen is then not the name that is stored ("Trojan Source").
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Zero-width joiner and non-joiner: Persian, Malayalam, Sinhala and others spell names with them.
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def fault_in_text(text: str, *, lines: bool) -> str | None:
    """What is wrong with a text, as a sentence; None for nothing. `lines`: it may have line ends and tabs."""
    for letter in text:
        if fault := _fault(letter, lines=lines):
            return fault
    if text and all(letter.isspace() or unicodedata.category(letter) in _UNSEEN for letter in text):
        return "It has nothing that anybody can see. Write something."
    return None


def fault_in_name(name: str) -> str | None:
    """What is wrong with a name's characters, as a sentence; None for nothing.

    Two names that look alike must be alike, so nothing invisible is taken but joiners after a letter, where they are
    part of how a language is written.
    """
    before = ""
    for letter in name:
        joins = letter in _JOINERS and before != "" and unicodedata.category(before)[0] in "LM"
        if unicodedata.category(letter) in _UNSEEN and not joins:
            return _fault(letter, lines=False) or f"It has an invisible character ({_code(letter)}). {_AGAIN}"
        before = letter
    return None


def fault_in_code(code: str) -> str | None:
    """What is wrong with the characters of an address or a number that machines compare: nothing invisible at all."""
    return next((fault for letter in code if (fault := fault_in_name(letter))), None)


def _fault(letter: str, *, lines: bool) -> str | None:
    if letter in _LINES:
        return None if lines else "Write it on one line, without tabs."
    if letter in _DIRECTIONS:
        return f"It has an invisible character that turns the writing round ({_code(letter)}). {_AGAIN}"
    if unicodedata.category(letter) in {"Cc", "Cs"}:
        return f"It has a control character ({_code(letter)}). {_AGAIN}"
    return None


_AGAIN = "Type it again without it."


def _code(letter: str) -> str:
    return f"U+{ord(letter):04X}"
