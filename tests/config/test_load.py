"""The configuration: everything has a default, and a mistake names file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.config import Config, load_config, starter_text
from newsletter.config.locate import line_of
from newsletter.errors import ConfigError
from newsletter.model import RankingPolicy


def load(folder: Path, text: str) -> Config:
    path = folder / "newsletter.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value).replace(str(folder), "")


def test_an_empty_folder_has_a_whole_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    config = load_config()
    assert config.path is None
    assert len(config.sections) >= 8
    assert config.schema.newsletter.name == "Daily Papers"


def test_an_empty_file_is_a_whole_configuration(tmp_path: Path) -> None:
    assert load(tmp_path, "").sections == load_config(tmp_path / "newsletter.toml").sections


def test_the_file_that_init_writes_is_valid_and_equals_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, starter_text()).sections == load(tmp_path, "").sections


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://news.example.org/", "https://news.example.org"),
        ("https://News.Example.org:8443/digest/", "https://news.example.org:8443/digest"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_the_base_url_is_kept_in_the_form_that_goes_into_headers(
    tmp_path: Path, given: str, kept: str
) -> None:
    config = load(tmp_path, f'[newsletter]\nbase_url = "{given}"')
    assert config.schema.newsletter.base_url == kept


@pytest.mark.parametrize(
    "given", ["news.example.org", "ftp://x.example", "https://u:p@x.example", "https://x:99999"]
)
def test_what_is_no_web_address_is_no_base_url(tmp_path: Path, given: str) -> None:
    assert "newsletter.base_url" in refusal(tmp_path, f'[newsletter]\nbase_url = "{given}"')


def test_a_section_needs_only_a_title_and_keywords(tmp_path: Path) -> None:
    [section] = load(tmp_path, '[[sections]]\ntitle = "Vision & Language"\nkeywords = ["image"]').sections
    assert section.slug == "vision-language"
    assert section.keywords == ("image",)


def test_a_title_without_latin_letters_gets_a_stable_slug(tmp_path: Path) -> None:
    text = '[[sections]]\ntitle = "视觉"\nkeywords = ["image"]'
    assert load(tmp_path, text).sections[0].slug == load(tmp_path, text).sections[0].slug
    assert load(tmp_path, text).sections[0].slug.isascii()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[newsletter]\nnmae = "x"',
            "/newsletter.toml, line 2, newsletter.nmae: unknown key 'nmae'; did you mean 'name'?",
        ),
        (
            '[[sections]]\ntitle = "A"\nkeywords = ["a"]\n\n[[sections]]\ntitle = "B"\nkeyword = ["b"]',
            (
                "/newsletter.toml, line 5, sections[2].keywords: the key 'keywords' is missing\n"
                "/newsletter.toml, line 7, sections[2].keyword: unknown key 'keyword'; "
                "did you mean 'keywords'?"
            ),
        ),
        (
            "[issue]\nmax_papers = 0",
            "/newsletter.toml, line 2, issue.max_papers: input should be greater than or equal to 1; found 0",
        ),
        (
            '[newsletter]\nsender = "nobody"',
            "/newsletter.toml, line 2, newsletter.sender:",
        ),
        (
            '[newsletter]\nbase_url = "javascript:alert(1)"',
            "expected an address such as \"https://news.example.org\"; found 'javascript:alert(1)'",
        ),
        (
            "[ranking]\nupvotes = -1",
            "/newsletter.toml, line 2, ranking.upvotes: input should be greater than or equal to 0; found -1",
        ),
        ("[ranking]\nmatch = nan", "/newsletter.toml, line 2, ranking.match: input should be"),
        ("[ranking]\nhalf_life_days = 0", "ranking.half_life_days: input should be greater than 0; found 0"),
        ("[ranking]\nupvote = 1", "unknown key 'upvote'; did you mean 'upvotes'?"),
        ('[newsletter\nname = "x"', "/newsletter.toml, line 1, column 12:"),
        ("[zzz]", "/newsletter.toml, line 1, zzz: unknown key 'zzz'; known here:"),
        ('[newsletter]\nname = "a\\nb"', "expected one line of printable text"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(
    tmp_path: Path, text: str, message: str
) -> None:
    assert message in refusal(tmp_path, text)


def test_two_sections_with_one_slug_are_told_apart(tmp_path: Path) -> None:
    text = '[[sections]]\ntitle = "A b"\nkeywords = ["a"]\n[[sections]]\ntitle = "A-b"\nkeywords = ["b"]'
    assert 'give one of them its own: slug = "a-b-2"' in refusal(tmp_path, text)


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_bytes(b'[newsletter]\nname = "caf\xe9"\n')
    with pytest.raises(ConfigError, match="line 2: expected UTF-8, found byte 0xe9"):
        load_config(path)


def test_a_configuration_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "absent.toml")


def test_the_place_of_a_key_is_found_behind_multi_line_strings_and_comments() -> None:
    text = '# [a]\n[a]\ntext = """\n[b]\nc = 1\n"""\nd = 2\n[b]\nc = 3\n'
    assert line_of(text, ("a", "d")) == 7
    assert line_of(text, ("b", "c")) == 9
    assert line_of(text, ("a", "d", "deeper")) == 7
    assert line_of(text, ("z",)) is None


@pytest.mark.parametrize("tag", ["en", "de", "ar", "de-AT", "en-US", "ar-EG"])
def test_a_language_that_ships_or_a_form_of_it_is_right(tmp_path: Path, tag: str) -> None:
    assert load(tmp_path, f'[newsletter]\nlanguage = "{tag}"').schema.newsletter.language == tag


def test_another_language_is_refused_with_those_that_ship(tmp_path: Path) -> None:
    assert refusal(tmp_path, '[newsletter]\nlanguage = "fr"') == (
        "/newsletter.toml, line 2, newsletter.language: no edition can be drawn in the language 'fr'; "
        "there are words for ar, de, en; found 'fr'"
    )


def test_weights_and_favourite_authors_reach_the_recipe(tmp_path: Path) -> None:
    text = '[ranking]\nplace = 2\nupvotes = 0\nhalf_life_days = 3.5\nauthors = ["Ada Byron"]\n'
    policy = App(load(tmp_path, text)).recipe().ranking
    assert policy == RankingPolicy(place=2, upvotes=0, half_life_days=3.5, authors=("Ada Byron",))
    assert App(load(tmp_path, "")).recipe().ranking == RankingPolicy()
