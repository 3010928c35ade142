"""Invisible characters are refused where they deceive, and kept where a language is written with them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.characters import fault_in_code, fault_in_name, fault_in_text

JOINED = ["علی\u200cرضا", "രാജന്\u200d", "ශ්\u200dරී", "क्\u200dष"]
PLAIN = ["Amina", "O’Neill", "Zoë", "Smith-Jones", "李小龍", "Þóra", "ﷺ", "Ng\u0303o", "José María"]
DIRECTIONS = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
INVISIBLE = ["\u200b", "\ufeff", "\u2060", "\u00ad", "\u200e", "\u061c", "\ue000", "\U000e0041", "\u0378"]
CONTROLS = ["\0", "\x1b", "\x7f", "\x85", "\ud800"]


@pytest.mark.parametrize("name", [*PLAIN, *JOINED])
def test_a_name_is_taken_as_its_language_writes_it(name: str) -> None:
    assert fault_in_name(name) is None
    assert fault_in_text(name, lines=False) is None


@pytest.mark.parametrize("letter", [*DIRECTIONS, *INVISIBLE, *CONTROLS, "\n", "\t", "\u2028"])
def test_a_name_with_what_nobody_sees_is_refused_by_its_code(letter: str) -> None:
    for name in (f"Am{letter}ina", f"{letter}Amina", f"Amina{letter}"):
        fault = fault_in_name(name)

        assert fault is not None
        assert "Amina" not in fault
        assert f"U+{ord(letter):04X}" in fault or "one line" in fault
    assert fault_in_code(f"E10{letter}42") is not None


@pytest.mark.parametrize("name", ["\u200dAmina", "Amina \u200cYusuf", "Am\u200d\u200dina", "-\u200d", "👩\u200d🏫"])
def test_a_joiner_that_joins_no_letter_is_refused_in_a_name(name: str) -> None:
    assert fault_in_name(name) is not None


@pytest.mark.parametrize("code", [*JOINED, "amina\u200d@oaktrees.example"])
def test_an_address_or_a_number_has_no_joiner(code: str) -> None:
    assert fault_in_code(code) is not None


def test_a_text_keeps_emoji_and_marks_of_direction_that_turn_nothing_round() -> None:
    for text in ("👩\u200d🏫 teaching", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\u200eשלום"):
        assert fault_in_text(text, lines=False) is None


@pytest.mark.parametrize("letter", [*DIRECTIONS, *CONTROLS])
def test_no_text_turns_the_writing_round_or_controls_a_terminal(letter: str) -> None:
    assert fault_in_text(f"a{letter}b", lines=True) is not None


def test_only_a_text_of_several_lines_has_line_ends_and_tabs() -> None:
    text = "First.\r\n\tSecond.\u2028Third."

    assert fault_in_text(text, lines=True) is None
    assert fault_in_text(text, lines=False) == "Write it on one line, without tabs."


@given(st.text())
def test_what_is_taken_as_a_name_is_taken_as_a_text_and_what_can_be_printed_is_a_code(text: str) -> None:
    if fault_in_name(text) is None:
        assert fault_in_text(text, lines=False) is None
    # An oracle of Python's own, but for the spaces that are not the plain one.
    plain = all(letter.isprintable() or unicodedata.category(letter) == "Zs" for letter in text)
    assert (fault_in_code(text) is None) == plain


@pytest.mark.parametrize("text", ["\u200b", "\ufeff\u2060", " \u00ad ", "\u200d"])
def test_a_text_that_nobody_can_see_is_none(text: str) -> None:
    assert fault_in_text(text, lines=True) == "It has nothing that anybody can see. Write something."


def test_an_empty_text_is_for_others_to_judge() -> None:
    assert fault_in_text("", lines=True) is None
