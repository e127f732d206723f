"""A file that cannot be loaded says why, and may say more."""

from read_file.refused import Refused


def test_a_refusal_with_a_key_answers_in_words_and_with_what_they_are_made_of() -> None:
    refusal = Refused.of("too-many-points", most=1000)
    assert refusal.reason == str(refusal) == "The file has more than 1,000 rows. Split it into several files."
    assert refusal.answer() == {
        "Refused": str(refusal),
        "ReasonOf": {"Reason": str(refusal), "Key": "too-many-points", "Values": {"most": 1000}},
    }


def test_a_refusal_without_a_key_answers_in_words_alone() -> None:
    assert Refused("There is no such file.").answer() == {"Refused": "There is no such file."}


def test_nobody_may_insist_unless_it_is_said() -> None:
    assert not Refused("No.").may_insist
    assert not Refused.of("empty").may_insist
    assert Refused("Are you sure?", may_insist=True).may_insist


def test_a_refusal_may_name_the_columns() -> None:
    assert Refused("No.").titles == ()
    assert Refused("Which one?", titles=("SKU", "EAN")).titles == ("SKU", "EAN")
