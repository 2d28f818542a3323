"""An author is known by any usual form of the name, and not by somebody else's."""

from __future__ import annotations

import pytest

from newsletter.favourites import Favourites


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ("Yann LeCun", "Yann LeCun"),
        ("Y. LeCun", "Yann LeCun"),
        ("Yann LeCun", "Y. LeCun"),
        ("LeCun, Yann", "Yann A. LeCun"),
        ("Yann LeCun", "LeCun Y"),
        ("yann lecun", "YANN LECUN"),
        ("Yann Le Cun", "Y. LeCun"),
        ("Jürgen Schmidhuber", "J. Schmidhuber"),
        ("Jurgen Schmidhuber", "Jürgen Schmidhuber"),
        ("Søren Kierkegaard", "Soren Kierkegaard"),
        ("Jean-Pierre Serre", "J.-P. Serre"),
        ("Jean-Pierre Serre", "JP Serre"),
        ("Guido van Rossum", "van Rossum, G."),
        ("Martin Luther King, Jr.", "M. L. King"),
        ("Xiao-Ming Li", "Xiaoming Li"),
        ("XRISM Collaboration", "XRISM collaboration"),
        ("李飞飞", "李飞飞"),
    ],
)
def test_forms_of_one_name_are_one_author(named: str, written: str) -> None:
    assert Favourites([named]).found_in(["Somebody Else", written]) == written


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ("Yann LeCun", "Yoshua LeCun"),
        ("Yann LeCun", "Yann LeCunningham"),
        ("Yann LeCun", "P. Y. LeCun"),
        ("J. P. Smith", "J. K. Smith"),
        ("Smith", "J. Smith"),
        ("Ada Byron", "Ada"),
        ("", "Ada Byron"),
        ("...", "Ada Byron"),
        ("Ada Byron", ""),
    ],
)
def test_other_names_are_other_authors(named: str, written: str) -> None:
    assert Favourites([named]).found_in([written]) is None


def test_a_paper_whose_authors_nobody_tells_is_by_no_favourite() -> None:
    assert Favourites(["Ada Byron"]).found_in(None) is None
