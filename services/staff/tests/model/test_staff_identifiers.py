"""Names and numbers come into one form, or are refused without being shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.imports import people
from acorn_staff.model import identifiers
from acorn_staff.model.refusals import Malformed


@pytest.mark.parametrize("value", ["0123456", "9999999", "0000000"])
def test_a_trn_keeps_its_leading_zeros(value: str) -> None:
    assert identifiers.trn(value) == value


@pytest.mark.parametrize(
    "value",
    ["123456", "12345678", "12345A7", "", " 1234567", "1234567\n", "12 4567", "１２３４５６７", "²234567", "-123456"],
)
def test_a_trn_has_exactly_seven_digits_and_a_refusal_does_not_show_it(value: str) -> None:
    with pytest.raises(Malformed) as refused:
        identifiers.trn(value)
    assert refused.value.field == "trn"
    assert refused.value.errors[0].pointer == "/trn"
    assert not value.strip() or value not in str(refused.value.document())


def test_a_urn_has_six_digits_and_a_ukprn_eight() -> None:
    assert identifiers.urn("140001") == "140001"
    assert identifiers.ukprn("10060001") == "10060001"
    for judge, value in ((identifiers.urn, "14001"), (identifiers.ukprn, "1006001")):
        with pytest.raises(Malformed):
            judge(value)


def test_an_email_is_kept_in_lower_case() -> None:
    assert identifiers.email(" Amina.Yusuf@OakTrees.example ") == "amina.yusuf@oaktrees.example"


@pytest.mark.parametrize(
    "value", ["", "amina", "amina@", "@oaktrees.example", "a b@x.example", "a@b", "a@x.example@y.z"]
)
def test_what_is_no_email_is_refused(value: str) -> None:
    with pytest.raises(Malformed):
        identifiers.email(value)


def test_an_email_over_254_characters_is_refused() -> None:
    with pytest.raises(Malformed):
        identifiers.email("a" * 250 + "@x.example")


def test_employee_numbers_stay_in_order_each_once() -> None:
    assert identifiers.employee_numbers(["E2", " E1 ", "E2"]) == ("E2", "E1")


@given(st.text(max_size=300))
def test_a_line_of_text_is_tidy_or_refused(value: str) -> None:
    try:
        tidy = identifiers.text(value, field="given_name")
    except Malformed:
        return
    assert tidy == tidy.strip()
    assert 1 <= len(tidy) <= identifiers.NAME_LENGTH
    assert "  " not in tidy
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in tidy)
    assert identifiers.text(tidy, field="given_name") == tidy


def test_a_name_keeps_the_joiners_that_its_language_writes_and_nothing_else_invisible() -> None:
    assert identifiers.text("علی\u200cرضا", field="given_name") == "علی\u200cرضا"
    for name in ("Amina\u202e", "Am\u200bina", "\ufeffAmina", "Amina\u2066", "\u200dAmina"):
        with pytest.raises(Malformed) as refused:
            identifiers.text(name, field="given_name")
        assert (refused.value.field, "U+" in refused.value.detail) == ("given_name", True)


@pytest.mark.parametrize("column", ["given_name", "family_name"])
@given(value=st.text(max_size=60) | st.sampled_from(["علی\u200cرضا", "രാജന്\u200d", " O’Neill "]))
def test_a_name_that_may_be_typed_may_be_imported_and_is_then_the_same(column: str, value: str) -> None:
    (read,) = [each.read for each in people.COLUMNS if each.name == column]
    try:
        typed = identifiers.text(value, field=column)
    except Malformed:
        return
    assert identifiers.text(read(value, ()), field=column) == typed


def test_addresses_and_numbers_have_nothing_invisible() -> None:
    with pytest.raises(Malformed):
        identifiers.email("amina\u200d@oaktrees.example")
    with pytest.raises(Malformed):
        identifiers.employee_numbers(["E\u200d1042"])


def test_accents_typed_in_two_ways_are_one_name() -> None:
    assert identifiers.text("Zoe\u0308", field="given_name") == "Zoë"
