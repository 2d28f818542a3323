"""Documents of earlier times: asked for conditionally, kept safely, and harmless if somebody meddles."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.http.answers import Answer
from newsletter.http.cache import DocumentCache, Kept
from newsletter.store.files import write_at_once
from tests.http.fetchers import START, Clock, make_fetcher
from tests.http.serving import Reply, Seen, Website

ETAG = {
    "ETag": 'W/"abc"',
    "Last-Modified": "Fri, 07 Nov 2025 05:00:00 GMT",
    "Content-Type": "application/json",
}


def conditional(seen: Seen) -> Reply:
    """Answer as a server does that knows what it sent before."""
    if seen.headers.get("if-none-match") == ETAG["ETag"]:
        return Reply(status=304)
    return Reply(b"[]", headers=ETAG)


def cache_in(folder: Path, **bounds: object) -> DocumentCache:
    return DocumentCache(folder, write_at_once=write_at_once, **bounds)  # type: ignore[arg-type]


def answer(body: bytes = b"[]", **headers: str) -> Answer:
    return Answer(
        status=200, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body
    )


def test_what_did_not_change_is_not_sent_again(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", conditional)
    clock = Clock()
    first = make_fetcher(cache=tmp_path, clock=clock).get(url)
    clock.seconds = 3600
    again = make_fetcher(cache=tmp_path, clock=clock).get(url)
    assert (first.unchanged, again.unchanged) == (False, True)
    assert (again.body, again.media_type) == (first.body, first.media_type) == (b"[]", "application/json")
    assert again.fetched_at == START + timedelta(hours=1)
    assert site.seen[1].headers["if-none-match"] == ETAG["ETag"]
    assert site.seen[1].headers["if-modified-since"] == ETAG["Last-Modified"]


def test_what_is_the_same_is_unchanged_though_the_server_sent_it_again(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", Reply(b"same"), Reply(b"same"), Reply(b"other"))
    assert [make_fetcher(cache=tmp_path).get(url).unchanged for _ in range(3)] == [False, True, False]


def test_a_young_copy_serves_without_a_request_and_an_old_one_does_not(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", conditional)
    clock = Clock()
    fetcher = make_fetcher(cache=tmp_path, clock=clock)
    fetcher.get(url)
    clock.seconds = 3599
    young = fetcher.get(url, max_age=timedelta(hours=1))
    assert (len(site.seen), young.unchanged, young.fetched_at) == (1, True, START)
    clock.seconds = 3601
    fetcher.get(url, max_age=timedelta(hours=1))
    assert len(site.seen) == 2
    clock.seconds = 7000  # the server said anew that it holds
    fetcher.get(url, max_age=timedelta(hours=1))
    assert len(site.seen) == 2


def test_another_query_or_another_header_is_another_document(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", lambda seen: Reply(f"{seen.path} {seen.headers['accept']}".encode()))
    fetcher = make_fetcher(cache=tmp_path)
    for params in ({"keywords": "a"}, {"keywords": "b"}):
        for accept in ("a/a", "b/b"):
            got = fetcher.get(url, params=params, headers={"Accept": accept}, max_age=timedelta(days=1))
            assert got.body == f"/feed?keywords={params['keywords']} {accept}".encode()
    assert len(site.seen) == 4


def test_errors_and_what_must_not_be_stored_are_not_kept(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", Reply(b"x", headers={"Cache-Control": "private, No-Store"}))
    make_fetcher(cache=tmp_path).get(url)
    with pytest.raises(Exception, match="404"):
        make_fetcher(cache=tmp_path).get(f"{site.url}/absent")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_and_its_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "cache"
    cache_in(folder).write("key", answer(), START)
    [path] = folder.glob("*.document")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"


def test_neither_address_nor_key_stands_in_the_cache(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", Reply(b"x"))
    make_fetcher(cache=tmp_path).get(
        url, params={"api_key": "s3cret"}, headers={"Authorization": "Bearer s3cret"}
    )
    [path] = tmp_path.iterdir()
    assert b"s3cret" not in path.read_bytes()
    assert "s3cret" not in path.name


def keep_one(folder: Path) -> Path:
    cache_in(folder).write("key", answer(b'["papers"]', etag='"x"', content_type="application/json"), START)
    [path] = folder.iterdir()
    return path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def nest(path: Path) -> None:
    path.write_bytes(b"[" * 9_000 + b"\n")


def fill(path: Path) -> None:
    path.write_bytes(b"\x00\xff\n" * 10_000)


def lead_away(path: Path) -> None:
    secret = path.with_name("secret")
    path.rename(secret)
    path.symlink_to(secret)


def block(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def swell(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(5_000_000_000)


@pytest.mark.parametrize("meddle", [cut, flip, empty, nest, fill, lead_away, block, swell, make_folder])
def test_a_damaged_or_forged_file_is_as_good_as_none(meddle: Callable[[Path], None], tmp_path: Path) -> None:
    path = keep_one(tmp_path)
    assert cache_in(tmp_path).read("key") is not None
    meddle(path)
    assert cache_in(tmp_path).read("key") is None


@pytest.mark.parametrize("meddle", [cut, flip, empty, nest, fill, lead_away, block, swell])
def test_a_damaged_file_is_replaced_by_the_next_document(
    meddle: Callable[[Path], None], site: Website, tmp_path: Path
) -> None:
    url = site.answer("/feed", conditional)
    make_fetcher(cache=tmp_path).get(url)
    [path] = tmp_path.iterdir()
    meddle(path)
    assert make_fetcher(cache=tmp_path).get(url).unchanged is False
    assert make_fetcher(cache=tmp_path).get(url).unchanged is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("etag", '"x"\r\nX-Evil: 1'),
        ("etag", '"é"'),
        ("etag", 1),
        ("etag", "x" * 2_000),
        ("last_modified", ["x"]),
        ("at", "yesterday"),
        ("at", "2025-11-07T06:00:00"),
        ("at", None),
        ("sha256", None),
        ("media_type", {"a": 1}),
    ],
)
def test_no_forged_head_gets_into_a_request(name: str, value: object, tmp_path: Path) -> None:
    path = keep_one(tmp_path)
    head, _, body = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps(json.loads(head) | {name: value}).encode() + b"\n" + body)
    kept = cache_in(tmp_path).read("key")
    assert kept is None or (kept.etag == '"x"' or not kept.conditions)


def test_a_head_without_its_parts_is_none(tmp_path: Path) -> None:
    path = keep_one(tmp_path)
    for head in (b"{}", b"[]", b'"x"', b"1", b"null", b"NaN"):
        path.write_bytes(head + b"\nbody")
        assert cache_in(tmp_path).read("key") is None


def test_a_server_cannot_put_anything_into_later_requests(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", Reply(b"x", headers={"ETag": "\xff\xfe", "Last-Modified": "x" * 5_000}))
    fetcher = make_fetcher(cache=tmp_path)
    fetcher.get(url)
    fetcher.get(url)
    assert {"if-none-match", "if-modified-since"}.isdisjoint(site.seen[1].headers)


def test_a_cache_that_cannot_be_written_costs_nobody_a_document(
    site: Website, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    url = site.answer("/feed", conditional)
    fetcher = make_fetcher(cache=tmp_path / "file" / "cache")
    for _ in range(3):
        assert fetcher.get(url).body == b"[]"
    [told] = caplog.messages
    assert told == f"documents cannot be kept in {tmp_path}/file/cache (Not a directory)"


def test_several_may_keep_documents_in_one_folder_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def keep(number: int) -> None:
        cache = cache_in(tmp_path, max_bytes=20_000)
        for turn in range(30):
            cache.write(f"key {turn % 7}", answer(bytes([number]) * 3_000), START)
            kept = cache.read(f"key {turn % 7}")
            assert kept is None or len(set(kept.body)) == 1

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(keep, range(6))) == [None] * 6
    assert caplog.messages == []
    assert sum(path.stat().st_size for path in tmp_path.glob("*.document")) <= 20_000


def test_the_oldest_go_when_there_is_too_much(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, max_bytes=3_500)
    for number in range(5):
        cache.write(f"key {number}", answer(bytes(800)), START)
        for path in tmp_path.iterdir():
            os.utime(path, (path.stat().st_mtime - 10,) * 2)
    assert [number for number in range(5) if cache.read(f"key {number}")] == [2, 3, 4]


def test_what_is_too_old_goes(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, max_age=timedelta(days=30))
    cache.write("old", answer(), START)
    [path] = tmp_path.iterdir()
    os.utime(path, ((START - timedelta(days=31)).timestamp(),) * 2)
    cache.write("new", answer(), START)
    assert (cache.read("old"), cache.read("new") is not None) == (None, True)


def test_nothing_but_our_own_files_is_ever_deleted(tmp_path: Path) -> None:
    for name in ("thesis.tex", "my.document", "0" * 64):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (0, 0))
    left = tmp_path / f".{'0' * 64}.document.abc_1"  # by a writer who was killed
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    cache_in(tmp_path, max_bytes=1, max_age=timedelta(0)).write("key", answer(), START)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0" * 64, "my.document", "thesis.tex"]


def test_a_kept_document_gives_conditions_only_for_what_is_known() -> None:
    assert Kept(body=b"", at=START).conditions == {}
    assert Kept(body=b"", at=START, etag='"x"').conditions == {"If-None-Match": '"x"'}
