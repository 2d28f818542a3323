"""A wrong link to code is worse than none."""

from __future__ import annotations

import pytest

from newsletter.parsing.code_links import code_url


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("Code is available at https://github.com/a-b/c.d_e.", "https://github.com/a-b/c.d_e"),
        ("Code: http://www.github.com/a/b.git, data elsewhere", "https://github.com/a/b"),
        ("See (https://gitlab.com/a/b/-/tree/main).", "https://gitlab.com/a/b"),
        ("At https://github.com/a/b{https://github.com/a/b}.", "https://github.com/a/b"),
        ("We compare https://github.com/a/b with https://github.com/c/d.", None),
        ("Page: https://a.github.io/b", None),
        ("From https://github.com/a alone", None),
        ("At https://evil.example/github.com/a/b", None),
        ("", None),
    ],
)
def test_the_one_repository_named_is_the_papers(abstract: str, expected: str | None) -> None:
    assert code_url(abstract) == expected
