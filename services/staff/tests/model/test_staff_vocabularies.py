"""Vocabularies: terms added, renamed, retired; a code means the same for ever."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.refusals import CodeRetired, Malformed, NoSuchTerm, TitleTaken
from acorn_staff.model.vocabularies import (
    FIRST_TERMS,
    TITLE_LENGTH,
    FormerTitle,
    Vocabulary,
    VocabularyName,
    new_vocabulary,
)

DAY = date(2026, 9, 1)


def responsibilities() -> Vocabulary:
    """The responsibilities as every trust begins with them."""
    return new_vocabulary("v", VocabularyName.RESPONSIBILITIES)


def test_a_code_is_made_of_the_title() -> None:
    added = responsibilities().with_term("Forest school & oracy lead (Zoë’s)", on=DAY)
    assert added.terms[-1].code == "forest_school_oracy_lead_zoe_s"


def test_a_title_without_letters_needs_a_code() -> None:
    with pytest.raises(Malformed):
        responsibilities().with_term("…", on=DAY)
    assert responsibilities().with_term("…", on=DAY, code="dots").terms[-1].title == "…"


def test_a_rename_keeps_what_it_was_called() -> None:
    renamed = responsibilities().renamed("english_lead", "English and oracy lead", on=DAY)
    term = renamed.term("english_lead")
    assert (term.title, term.former_titles) == (
        "English and oracy lead",
        (FormerTitle(title="English lead", until=date(2026, 8, 31)),),
    )


def test_a_slip_put_right_on_the_same_day_is_no_former_title() -> None:
    twice = responsibilities().renamed("english_lead", "Englsh lead!", on=DAY).renamed("english_lead", "Oracy", on=DAY)
    assert [one.title for one in twice.term("english_lead").former_titles] == ["English lead"]


def test_a_rename_that_collides_is_refused_unless_the_other_is_retired() -> None:
    with pytest.raises(TitleTaken):
        responsibilities().renamed("english_lead", "maths LEAD", on=DAY)
    with pytest.raises(TitleTaken):
        responsibilities().with_term("Maths lead", on=DAY, code="mathematics_lead")
    with pytest.raises(TitleTaken):
        responsibilities().with_term("Another", on=DAY, code="maths_lead")
    retired = responsibilities().retired("maths_lead", from_=DAY, on=DAY)
    assert retired.renamed("english_lead", "Maths lead", on=DAY).term("english_lead").title == "Maths lead"
    with pytest.raises(TitleTaken):
        retired.renamed("english_lead", "Maths lead", on=DAY).retired("maths_lead", from_=None, on=DAY)


@pytest.mark.parametrize(
    ("title", "code", "field", "sentence"),
    [
        ("maths LEAD", None, "/title", "“Maths lead” is called so already."),
        ("maths LEAD", "numbers", "/title", "“Maths lead” is called so already."),
        ("Maths-lead", None, "/title", "“Maths lead” has the code maths_lead already"),
        ("Numbers", "maths_lead", "/code", "“Maths lead” has the code maths_lead already"),
    ],
)
def test_whoever_adds_a_term_is_told_which_one_is_in_the_way_beside_what_they_typed(
    title: str, code: str | None, field: str, sentence: str
) -> None:
    with pytest.raises(TitleTaken) as refused:
        responsibilities().with_term(title, on=DAY, code=code)
    (error,) = refused.value.errors
    assert (error.pointer, error.detail.startswith(sentence)) == (field, True)


def test_nothing_new_is_recorded_with_what_is_retired() -> None:
    retired = responsibilities().retired("pe_lead", from_=DAY, on=date(2026, 3, 1))
    retired.refuse_unusable("pe_lead", on=date(2026, 8, 31), field="responsibility")
    with pytest.raises(CodeRetired):
        retired.refuse_unusable("pe_lead", on=DAY, field="responsibility")
    with pytest.raises(Malformed):
        retired.refuse_unusable("nothing", on=DAY, field="responsibility")


def test_an_unknown_code_is_not_changed() -> None:
    with pytest.raises(NoSuchTerm):
        responsibilities().renamed("nothing", "Something", on=DAY)
    with pytest.raises(NoSuchTerm):
        responsibilities().retired("nothing", from_=DAY, on=DAY)


@given(data=st.data())
def test_codes_and_titles_in_use_stay_apart_whatever_is_done(data: Any) -> None:
    # An earlier release began without these two; the trust may have called terms of its own the same by then.
    terms = tuple(one for one in responsibilities().terms if one.code not in ("maths_lead", "pe_lead"))
    vocabulary = replace(responsibilities(), terms=terms)
    titles = st.sampled_from(["Maths lead", "maths  lead", "Oracy", "PE lead", "Forest school", "Über-Lead"])
    for _ in range(data.draw(st.integers(1, 8))):
        code = data.draw(st.sampled_from([one.code for one in vocabulary.terms]))
        change = data.draw(st.sampled_from(["add", "rename", "retire", "use again", "upgrade"]))
        try:
            if change == "add":
                vocabulary = vocabulary.with_term(data.draw(titles), on=DAY)
            elif change == "rename":
                vocabulary = vocabulary.renamed(code, data.draw(titles), on=DAY)
            elif change == "upgrade":
                vocabulary = vocabulary.completed(on=DAY)
            else:
                vocabulary = vocabulary.retired(code, from_=DAY if change == "retire" else None, on=DAY)
        except TitleTaken:
            pass
        codes = [one.code for one in vocabulary.terms]
        titles_in_use = [one.title.casefold() for one in vocabulary.terms if one.retired_from is None]
        assert len(set(codes)) == len(codes)
        assert len(set(titles_in_use)) == len(titles_in_use)


@pytest.mark.parametrize("name", VocabularyName)
def test_a_later_release_adds_what_lacks_and_leaves_what_the_trust_says(name: VocabularyName) -> None:
    first = next(iter(FIRST_TERMS[name]))
    renamed = new_vocabulary("v", name).renamed(first, "As the trust says", on=DAY)
    older = Vocabulary(id="v", name=name, terms=renamed.terms[:-1])
    assert set(older.completed(on=DAY).terms) == set(renamed.terms)
    assert renamed.completed(on=DAY) is renamed


def test_a_new_term_that_the_trust_has_under_another_code_is_told_apart_until_it_is_renamed() -> None:
    older = replace(responsibilities(), terms=()).with_term("senco", code="inclusion_lead", on=DAY)
    newer = older.completed(on=DAY)

    assert (newer.term("inclusion_lead").title, newer.term("senco").title) == ("senco", "SENCO (senco)")
    assert newer.completed(on=DAY) is newer
    retired = newer.retired("inclusion_lead", from_=DAY, on=DAY)
    assert retired.renamed("senco", "SENCO", on=DAY).term("senco").title == "SENCO"
    assert older.retired("inclusion_lead", from_=DAY, on=DAY).completed(on=DAY).term("senco").title == "SENCO"


@pytest.mark.parametrize("name", VocabularyName)
def test_every_term_that_a_trust_begins_with_could_be_told_apart(name: VocabularyName) -> None:
    assert all(len(f"{title} ({code})") <= TITLE_LENGTH for code, title in FIRST_TERMS[name].items())
