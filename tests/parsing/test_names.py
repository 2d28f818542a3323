"""Lists of authors in the forms that sources write."""

from __future__ import annotations

import pytest

from newsletter.parsing.names import people, person


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Byron, Ada", "Ada Byron"),
        ("Ada Byron", "Ada Byron"),
        ("King, Jr., Martin Luther", "Martin Luther King Jr."),
        ("King, Martin Luther, Jr.", "Martin Luther King Jr."),
        ("Tachiwana, H.", "H. Tachiwana"),
        ("van der Berg, Jan Willem", "Jan Willem van der Berg"),
        ("{Barnes and Noble, Inc.}", "Barnes and Noble, Inc."),
        (r"G{\"o}del, Kurt", "Kurt Gödel"),
        ("Plato,", "Plato"),
        ("", ""),
    ],
)
def test_a_name_is_turned_as_it_is_spoken(written: str, spoken: str) -> None:
    assert person(written) == spoken


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Tachiwana, H.; Dacher, M.", ["H. Tachiwana", "M. Dacher"]),
        ("Byron, Ada and Turing, Alan", ["Ada Byron", "Alan Turing"]),
        ("Ada Byron, Alan Turing and Grace Hopper", ["Ada Byron", "Alan Turing", "Grace Hopper"]),
        ("Ada Byron, Alan Turing, and Grace Hopper", ["Ada Byron", "Alan Turing", "Grace Hopper"]),
        ("Ada Byron, Alan Turing", ["Ada Byron", "Alan Turing"]),
        ("Smith J., Doe A.", ["Smith J.", "Doe A."]),
        ("Smith, J., Doe, A., Lee, C. D.", ["J. Smith", "A. Doe", "C. D. Lee"]),
        ("Smith, John (57200000000); Doe, Anna (57200000001)", ["John Smith", "Anna Doe"]),
        ("Ada Byron|Alan Turing", ["Ada Byron", "Alan Turing"]),
        ("\nAda Byron, \nAlan Turing\n", ["Ada Byron", "Alan Turing"]),
        ("Byron, Ada", ["Ada Byron"]),
        ("Ada Byron, Martin King, Jr., Alan Turing", ["Ada Byron", "Martin King Jr.", "Alan Turing"]),
        (";", []),
    ],
)
def test_a_list_is_parted_by_what_parts_it(written: str, names: list[str]) -> None:
    assert list(people(written)) == names
