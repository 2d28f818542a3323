"""The file that ships: what is written is read, and what is not ours is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from newsletter.errors import TopicError
from newsletter.model import Paper, PaperKey
from newsletter.topics.landscape import Landscape, landscape_of, shipped_landscape
from newsletter.topics.landscape_command import main
from newsletter.topics.landscape_file import read_landscape, write_landscape


def papers() -> list[Paper]:
    topics = ["robot arms grasp fruit", "galaxies form stars", "speech recognition errs"]
    return [
        Paper(
            key=PaperKey(str(n)),
            ids={},
            title=topics[n % 3].title(),
            title_raw="",
            abstract=f"We find that {topics[n % 3]} in case {n}.",
            categories=(["cs.RO", "astro-ph.GA", "eess.AS"][n % 3],),
        )
        for n in range(30)
    ]


def written(landscape: Landscape) -> bytes:
    file = io.BytesIO()
    write_landscape(file, landscape)
    return file.getvalue()


def test_what_is_written_is_read() -> None:
    landscape = landscape_of(papers())
    back = read_landscape(io.BytesIO(written(landscape)))
    assert back.phrases == landscape.phrases
    assert landscape.space is not None
    assert back.space is not None
    assert back.space.terms == landscape.space.terms
    assert back.space.fields == ("astro-ph.GA", "cs.RO", "eess.AS")
    np.testing.assert_allclose(back.space.vectors, landscape.space.vectors, atol=0.01)


def test_the_same_papers_give_the_same_bytes() -> None:
    assert written(landscape_of(papers())) == written(landscape_of(papers()))


def test_the_command_builds_a_landscape_from_lines_of_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [{"title": p.title, "abstract": p.abstract, "cats": list(p.categories or ())} for p in papers()]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    monkeypatch.setattr(
        "sys.argv", ["landscape", str(tmp_path / "papers.jsonl"), "-o", str(tmp_path / "out.npz")]
    )
    main()
    assert (tmp_path / "out.npz").read_bytes() == written(landscape_of(papers()))


def test_an_empty_landscape_is_written_and_read() -> None:
    back = read_landscape(io.BytesIO(written(Landscape())))
    assert back.space is None
    assert back.phrases.papers == 0


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_what_is_no_landscape_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(TopicError, match="cannot be read"):
        read_landscape(io.BytesIO(content))


def test_a_landscape_cut_short_is_refused() -> None:
    with pytest.raises(TopicError, match="cannot be read"):
        read_landscape(io.BytesIO(written(landscape_of(papers()))[:-200]))


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    arrays = dict(np.load(io.BytesIO(written(landscape_of(papers())))))
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **(arrays | {"centre": np.zeros(1)}))
    with pytest.raises(TopicError, match="cannot be read"):
        read_landscape(io.BytesIO(file.getvalue()))


def test_the_shipped_landscape_knows_fields_and_phrases_and_is_small() -> None:
    landscape = shipped_landscape()
    assert landscape.space is not None
    assert {"cs.RO", "cs.SE", "astro-ph.GA"} <= set(landscape.space.fields)
    assert landscape.phrases.records["graph neural network"].surface.casefold() == "graph neural networks"
