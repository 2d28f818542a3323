"""`[sources.NAME]`: which sources are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.config import load_config
from newsletter.config.sources import SourceTable, source_tables
from newsletter.errors import ConfigError


def tables(folder: Path, text: str) -> tuple[SourceTable, ...]:
    return source_tables(load_config(written(folder, text)))


def written(folder: Path, text: str) -> Path:
    path = folder / "newsletter.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_table_hugging_face_is_the_source(tmp_path: Path) -> None:
    assert tables(tmp_path, "") == (SourceTable(name="hf", kind="hf"),)


def test_a_table_switches_a_source_on_and_its_name_is_its_kind(tmp_path: Path) -> None:
    assert tables(tmp_path, "[sources.arxiv]") == (SourceTable(name="arxiv", kind="arxiv"),)


def test_several_sources_may_be_of_one_kind(tmp_path: Path) -> None:
    text = '[sources.nature]\nkind = "url"\n[sources.science]\nkind = "url"\nenabled = false\n'
    assert tables(tmp_path, text) == (
        SourceTable(name="nature", kind="url"),
        SourceTable(name="science", kind="url", is_enabled=False),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[sources.a]\nkind = 1", "line 2, sources.a.kind: expected a text in quotes; found 1"),
        ('[sources.a]\nenabled = "no"', "line 2, sources.a.enabled: input should be a valid boolean"),
        ('[sources."a b"]', "'a b' is no name for a source; expected letters, digits"),
        ("sources = 1", "line 1, sources: expected a table"),
        ("[sources]\na = 1", "line 2, sources.a: expected a table"),
    ],
)
def test_a_table_that_cannot_be_is_told_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        tables(tmp_path, text)
    assert complaint in caught.value.message


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[sources.a]\nkind = "ulr"', "line 2, sources.a.kind: no source 'ulr'; did you mean 'url'?"),
        (
            '[sources.a]\nkind = "url"\nulr = "x"',
            "line 3, sources.a.ulr: unknown key 'ulr'; did you mean 'url'?",
        ),
        ('[sources.a]\nkind = "url"', "sources.a.url: the key 'url' is missing"),
        (
            '[sources.a]\nkind = "url"\nurl = "https://127.1/"',
            "line 3, sources.a.url: 'https://127.1/' is no",
        ),
        (
            '[sources.a]\nkind = "folder"\npath = "x"\npattern = "../*"',
            "line 4, sources.a.pattern: expected names",
        ),
    ],
)
def test_what_a_kind_does_not_know_is_told_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        App.open(written(tmp_path, text)).sources()
    assert complaint in caught.value.message


def test_only_what_is_enabled_is_made_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        '[sources.web]\nkind = "url"\nurl = "feeds.example.org/x"\n'
        '[sources.off]\nkind = "no such kind"\nenabled = false\n'
        '[sources.disk]\nkind = "folder"\npath = "saved"\n'
    )
    made = App.open(written(tmp_path, text)).sources()
    assert [(one.name, one.kind) for one in made] == [("web", "url"), ("disk", "folder")]
