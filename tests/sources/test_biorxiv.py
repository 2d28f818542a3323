"""bioRxiv and medRxiv, from a real server."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from newsletter.errors import SourceError
from newsletter.ports import Announcing
from newsletter.sources.biorxiv import BiorxivSource
from tests.http.fetchers import make_fetcher
from tests.http.serving import Reply, Seen, Website
from tests.sources.shapes import BIORXIV_NOTHING, DAY, biorxiv_rows

TWO_DAYS = "/details/biorxiv/2025-11-06/2025-11-07"


def bodies(site: Website, day: date | None = DAY, **options: object) -> list[bytes]:
    settings = BiorxivSource.Options.model_validate({"base_url": site.url, **options})
    return [document.body for document in BiorxivSource(settings, make_fetcher()).fetch(day)]


def test_two_days_are_asked_for(site: Website) -> None:
    site.answer(f"{TWO_DAYS}/0", Reply(biorxiv_rows(range(3), total=3)))
    assert bodies(site) == [biorxiv_rows(range(3), total=3)]


def test_a_server_and_days_are_chosen(site: Website) -> None:
    site.answer("/details/medrxiv/2025-11-03/2025-11-07/0", Reply(BIORXIV_NOTHING))
    assert bodies(site, server="medrxiv", days=5) == [BIORXIV_NOTHING]


def test_without_a_day_the_last_days_are_asked_for(site: Website) -> None:
    site.answer("/details/biorxiv/2d/0", Reply(BIORXIV_NOTHING))
    assert bodies(site, None) == [BIORXIV_NOTHING]


def test_a_real_record_is_taken(site: Website, test_data: Path) -> None:
    body = (test_data / "samples/other/biorxiv_details_record_trimmed.json").read_bytes()
    site.answer(f"{TWO_DAYS}/0", Reply(body))
    assert bodies(site) == [body]


def test_pages_of_a_hundred_follow_by_their_cursor(site: Website) -> None:
    for start in (0, 100, 200):
        rows = range(start, min(start + 100, 230))
        site.answer(f"{TWO_DAYS}/{start}", Reply(biorxiv_rows(rows, cursor=start, total=230)))
    assert len(bodies(site)) == 3
    assert [urlsplit(seen.path).path for seen in site.seen] == [f"{TWO_DAYS}/{at}" for at in (0, 100, 200)]


def test_a_service_that_does_not_move_its_cursor_ends_as_an_error(site: Website) -> None:
    def page(seen: Seen) -> Reply:
        at = int(seen.path.rpartition("/")[2])
        return Reply(biorxiv_rows(range(at, at + 100), cursor=0, total=900))

    for start in (0, 100):
        site.answer(f"{TWO_DAYS}/{start}", page)
    with pytest.raises(SourceError, match="leads back to a page before it"):
        bodies(site)
    assert len(site.seen) == 2


def test_a_page_that_breaks_off_is_asked_for_once_more(site: Website) -> None:
    whole = biorxiv_rows(range(100), total=100)
    site.answer(f"{TWO_DAYS}/0", Reply(whole[:9_000]), Reply(whole))
    assert bodies(site) == [whole]


def test_a_page_that_breaks_off_again_is_taken_and_told(site: Website) -> None:
    cut = biorxiv_rows(range(100), total=230)[:9_000]
    site.answer(f"{TWO_DAYS}/0", Reply(cut))
    source = BiorxivSource(BiorxivSource.Options(base_url=site.url), make_fetcher())
    documents = source.fetch(DAY)
    assert next(documents).body == cut
    with pytest.raises(SourceError, match="breaks off"):
        next(documents)


def test_each_category_is_asked_for_as_they_write_it(site: Website) -> None:
    site.answer(f"{TWO_DAYS}/0", Reply(biorxiv_rows([1], total=1)))
    assert len(bodies(site, categories=("Cell Biology", "ecology"))) == 2
    assert [seen.query["category"] for seen in site.seen] == ["cell_biology", "ecology"]


def test_a_day_without_preprints_is_an_answer(site: Website) -> None:
    site.answer(f"{TWO_DAYS}/0", Reply(BIORXIV_NOTHING))
    assert bodies(site) == [BIORXIV_NOTHING]


def test_papers_enough_end_it(site: Website) -> None:
    site.answer(f"{TWO_DAYS}/0", Reply(biorxiv_rows(range(100), total=900)))
    assert len(bodies(site, max_papers=100)) == 1


@pytest.mark.parametrize("option", [{"server": "chemrxiv"}, {"days": 0}, {"categories": ("a/../b",)}])
def test_settings_that_cannot_work_are_refused(option: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BiorxivSource.Options.model_validate(option)


def test_preprints_come_on_any_day() -> None:
    assert not isinstance(BiorxivSource(BiorxivSource.Options(), make_fetcher()), Announcing)


def test_a_page_that_brings_later_versions_alone_is_news(site: Website) -> None:
    site.answer(f"{TWO_DAYS}/0", Reply(biorxiv_rows(range(100), total=102)))
    site.answer(f"{TWO_DAYS}/100", Reply(biorxiv_rows(range(1), cursor=100, total=102, version=2)))
    site.answer(f"{TWO_DAYS}/101", Reply(biorxiv_rows([500], cursor=101, total=102)))
    assert len(bodies(site)) == 3
