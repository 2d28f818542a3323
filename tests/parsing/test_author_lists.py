"""Names out of a list of authors as arXiv has it."""

from __future__ import annotations

import pytest

from newsletter.parsing.author_lists import names_in, names_of
from tests.growth import grows_with_length


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Louis Example and Matteo Muster", ["Louis Example", "Matteo Muster"]),
        ("A. van Staden and B. Forsyth and C. Li", ["A. van Staden", "B. Forsyth", "C. Li"]),
        ("A. First, B. Second, and Sandy Brand", ["A. First", "B. Second", "Sandy Brand"]),
        ("A. First; B. Second & C. Third", ["A. First", "B. Second", "C. Third"]),
        ("A. First,\n  B. Second", ["A. First", "B. Second"]),
        ("Podgorn\\'y, M{\\aa}ns, Nemev\\v{s}ek and Pet\\H{o}", ["Podgorný", "Måns", "Nemevšek", "Pető"]),
        ("A.\\,B. Smith, Ren\\'e", ["A. B. Smith", "René"]),
        (
            "Miki K (1 and 2), Yoh T (5, on behalf of the X team) and Y. K (6) ((1) Tokyo, (2) JAXA (Japan))",
            ["Miki K", "Yoh T", "Y. K"],
        ),
        ("A. First (Lab, Town, and Country), B. Second", ["A. First", "B. Second"]),
        ("A. First (never closed, B. Second", ["A. First"]),
        ("A. First), B. Second", ["A. First", "B. Second"]),
        (
            "The ATLAS Collaboration: G. Aad, B. Abbott, et al.",
            ["ATLAS Collaboration", "G. Aad", "B. Abbott"],
        ),
        ("A. First for the CMS Collaboration", ["A. First", "CMS Collaboration"]),
        ("CMS Collaboration", ["CMS Collaboration"]),
        ("Martin King, Jr., Ann Anderson, Otto III", ["Martin King Jr.", "Ann Anderson", "Otto III"]),
        ("(author list is unavailable)", []),
        ("", []),
        (" , and ; ", []),
        (
            "Aurora RamÃ\xadrez, JosÃ© Romero, José Álvarez",
            ["Aurora RamÃrez", "JosÃ© Romero", "José Álvarez"],
        ),
        ("Aurora RamÃ\xadrez, JosÃ© Romero", ["Aurora Ramírez", "José Romero"]),
    ],
)
def test_names_come_in_order_and_affiliations_are_none(text: str, names: list[str]) -> None:
    assert list(names_in(text)) == names


def test_names_that_a_source_has_parted_are_only_cleaned() -> None:
    assert names_of(["Smith, Jr. (Lab)", " Ren\\'e  X ", "", "et al."]) == ("Smith, Jr. (Lab)", "René X")


@pytest.mark.parametrize(
    "unit", ["(", ")", "A, ", " and ", "(A) ", ":", " ", "\\", "A for the X team, ", "Jr., "]
)
def test_the_time_of_parting_names_grows_with_the_length(unit: str) -> None:
    short, long = (unit * (count // len(unit)) for count in (20_000, 200_000))
    assert grows_with_length(names_in, short, long)
