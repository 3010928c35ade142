"""Names are found whatever their case, accents, apostrophes and hyphens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.words import asked, searchable, sort_name

NAMES = ("O'Neill", "Zoë", "Smith-Jones", "de Souza", "Łukasz", "Ångström", "Þóra", "D’Arcy", "van den Berg", "Æthel")


def found_by(query: str, *names: str) -> bool:
    """What a search does: each prefix that is asked for begins some word."""
    prefixes = asked(query)
    return bool(prefixes) and all(any(word.startswith(one) for word in searchable(*names)) for one in prefixes)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("oneill", "O'Neill"),
        ("o'neill", "O'Neill"),
        ("O’NEILL", "O'Neill"),
        ("o neill", "O'Neill"),
        ("neill", "O'Neill"),
        ("zoe", "Zoë"),
        ("ZOË", "Zoë"),
        ("zo", "Zoë"),
        ("Zoë", "Zoe"),
        ("smith", "Smith-Jones"),
        ("jones", "Smith-Jones"),
        ("smith-j", "Smith-Jones"),
        ("smithjones", "Smith-Jones"),
        ("smith jones", "Smith-Jones"),
        ("Smith‐Jones", "Smith-Jones"),
        ("lukasz", "Łukasz"),
        ("angstrom", "Ångström"),
        ("thora", "Þóra"),
        ("darcy", "D’Arcy"),
        ("souza", "de Souza"),
        ("strasse", "Straße"),
        ("aethel", "Æthel"),
        ("علیرضا", "علی\u200cرضا"),
        ("علی\u200cرضا", "علیرضا"),
    ],
)
def test_a_name_is_found_as_people_type_it(query: str, name: str) -> None:
    assert found_by(query, name)


@pytest.mark.parametrize(
    ("query", "name"), [("eill", "O'Neill"), ("ones", "Smith-Jones"), ("zoa", "Zoë"), ("amina x", "Amina")]
)
def test_only_the_beginnings_of_words_are_found(query: str, name: str) -> None:
    assert not found_by(query, name)


@pytest.mark.parametrize("query", ["", "-", " ' ", "…", "\u0301"])
def test_a_search_without_a_letter_or_digit_asks_for_nothing(query: str) -> None:
    assert asked(query) == ()


def test_every_word_that_is_asked_for_must_be_there() -> None:
    assert found_by("ami yus", "Amina", "Yusuf")
    assert not found_by("ami khan", "Amina", "Yusuf")


@given(st.sampled_from(NAMES), st.data())
def test_every_beginning_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    beginning = name[: data.draw(st.integers(min_value=1, max_value=len(name)))]
    assert found_by(beginning, name)
    assert found_by(beginning.upper(), name)


@given(st.text(max_size=60))
def test_no_text_breaks_the_folding_and_nothing_but_letters_and_digits_is_searched(text: str) -> None:
    words = searchable(text)
    assert list(words) == sorted(set(words))
    assert all(word and word.isprintable() and not set(word) & set(" '’-_.^$*\\") for word in words)


def test_lists_sort_where_people_look() -> None:
    names = ["Zoë", "ångström", "de Souza", "Adams", "O'Neill", "Oakes", "ONeill"]
    assert sorted(names, key=sort_name) == ["Adams", "ångström", "de Souza", "Oakes", "O'Neill", "ONeill", "Zoë"]
