"""Values as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from newsletter import codec
from newsletter.model import Coverage, Gap, Issue, Paper


def test_an_issue_survives_the_way_through_json(issue: Callable[..., Issue]) -> None:
    before = issue(papers=4)
    assert codec.decode(Issue, json.loads(json.dumps(codec.encode(before)))) == before


def test_a_mapping_keeps_whole_numbers_as_keys() -> None:
    coverage = Coverage(papers=2, complete=1, gaps=(Gap(missing=("date",), papers=1),), years_given={2025: 1})
    assert codec.decode(Coverage, json.loads(json.dumps(codec.encode(coverage)))) == coverage


def test_an_issue_written_before_a_field_came_is_read(issue: Callable[..., Issue]) -> None:
    before = issue(papers=1)
    data = json.loads(
        json.dumps(codec.encode(before))
        .replace('"journal_ref": null, ', "")
        .replace(', "journal_ref": null', "")
    )
    assert "journal_ref" not in json.dumps(data)
    assert codec.decode(Issue, data) == before


def test_unknown_is_null_and_dates_are_iso(paper: Callable[..., Paper]) -> None:
    data = codec.encode(paper(published=date(2025, 11, 7), comments=None))
    assert isinstance(data, dict)
    assert data["published"] == "2025-11-07"
    assert data["comments"] is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"day": "yesterday"}, r"\$\.day: expected an ISO 8601 date"),
        ({"sections": {}}, r"\$\.sections: expected a list"),
        ({"cadence": "hourly"}, r"\$\.cadence: expected one of 'daily', 'weekdays', 'weekly'"),
        ({"revision": "1"}, r"\$\.revision: expected int"),
        ({"revision": True}, r"\$\.revision: expected int"),
        ({"colour": "red"}, r"unknown field 'colour'"),
        ({"more": [{"placement": 3}]}, r"\$\.more\[0\]"),
    ],
)
def test_wrong_data_is_refused_with_its_place(
    issue: Callable[..., Issue], change: dict[str, object], complaint: str
) -> None:
    data = codec.encode(issue())
    assert isinstance(data, dict)
    with pytest.raises(ValueError, match=complaint):
        codec.decode(Issue, {**data, **change})


def test_a_missing_field_is_named(issue: Callable[..., Issue]) -> None:
    data = codec.encode(issue())
    assert isinstance(data, dict)
    del data["slug"]
    with pytest.raises(ValueError, match="'slug' is missing"):
        codec.decode(Issue, data)


def test_a_value_without_json_form_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="no JSON form for object"):
        codec.encode(object())
