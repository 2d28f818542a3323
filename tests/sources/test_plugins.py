"""Sources by their names in the configuration: the built-in ones, and a stranger's."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.errors import ConfigError
from newsletter.ports import Announcing

ROOT = Path(__file__).parents[2]


def app(folder: Path, text: str) -> App:
    path = folder / "newsletter.toml"
    path.write_text(text, "utf-8")
    return App.open(path)


def test_the_tables_of_the_readme_are_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    [text] = [
        block for block in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL) if "[sources.hf]" in block
    ]
    for variable in re.findall(r"NEWSLETTER_\w+", text):
        monkeypatch.setenv(variable, "a-secret")
    made = app(tmp_path, text).sources()
    assert [(one.name, one.kind) for one in made] == [
        ("hf", "hf"),
        ("arxiv", "arxiv"),
        ("biorxiv", "biorxiv"),
        ("openalex", "openalex"),
        ("semanticscholar", "semanticscholar"),
        ("listings", "mail"),
    ]
    silent = {one.name for one in made if isinstance(one.source, Announcing)}
    assert silent == {"hf", "arxiv", "listings"}


@pytest.mark.parametrize("table", ["openalex", "semanticscholar"])
def test_a_key_in_the_file_is_refused_and_not_shown(tmp_path: Path, table: str) -> None:
    text = f'[sources.{table}]\nquery = "x"\napi_key = "do-not-show"\n'
    with pytest.raises(ConfigError, match=r"line 3.*a secret does not belong into the file") as caught:
        app(tmp_path, text).sources()
    assert "do-not-show" not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[sources.arxiv]\ncategory = "cs.LG"', r"line 2.*did you mean 'categories'"),
        ('[sources.arxiv]\ncategories = "cs.LG"', r"line 2, sources\.arxiv\.categories"),
        ("[sources.arxiv]", r"sources\.arxiv.*expected categories"),
        (
            '[sources.arxiv]\ncategories = ["cs.lg"]',
            r"line 2, sources\.arxiv\.categories.*did you mean 'cs\.LG'",
        ),
        ('[sources.arxiv]\ncategories = ["cs.LG"]\nvia = "rss"', r"line 3, sources\.arxiv\.via"),
        ("[sources.openalex]", r"sources\.openalex.*expected a query or a filter"),
        ("[sources.semanticscholar]", r"sources\.semanticscholar.*'query' is missing"),
        ("[sources.mail]", r"sources\.mail.*expected either maildir"),
        ('[sources.hf]\nbase_url = "huggingface.co"', r"line 2, sources\.hf\.base_url.*https://"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        app(tmp_path, text).sources()


STRANGER = """
from newsletter.config.plugin import PluginOptions
from newsletter.model import Document

class GardenSource:
    class Options(PluginOptions):
        plot: str

    def __init__(self, options, fetcher):
        self._plot, self._fetcher = options.plot, fetcher

    def silence(self, day):
        return "gardeners rest" if day.day == 1 else None

    def fetch(self, day):
        yield Document(body=f"{self._plot} on {day}".encode(), origin="the garden")
"""


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of somebody else, installed."""
    site = tmp_path / "site"
    (site / "gardens-1.0.dist-info").mkdir(parents=True)
    (site / "gardens-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: gardens\nVersion: 1.0\n"
    )
    entry = "[newsletter.sources]\ngarden = strange_gardens:GardenSource\nweeds = strange_gardens:Nobody\n"
    (site / "gardens-1.0.dist-info" / "entry_points.txt").write_text(entry)
    (site / "strange_gardens.py").write_text(STRANGER)
    monkeypatch.syspath_prepend(site)


@pytest.mark.usefixtures("stranger")
def test_a_source_of_somebody_else_works_the_same(tmp_path: Path) -> None:
    [made] = app(tmp_path, '[sources.mine]\nkind = "garden"\nplot = "roses"\n').sources()
    [document] = made.source.fetch(date(2025, 11, 7))
    assert document.body == b"roses on 2025-11-07"
    assert isinstance(made.source, Announcing)
    assert made.source.silence(date(2025, 11, 1)) == "gardeners rest"


@pytest.mark.usefixtures("stranger")
def test_its_settings_are_checked_as_our_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 3, sources\.mine\.plott.*did you mean 'plot'"):
        app(tmp_path, '[sources.mine]\nkind = "garden"\nplott = "roses"\n').sources()


@pytest.mark.usefixtures("stranger")
def test_one_that_cannot_be_imported_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'weeds' of newsletter\.sources cannot be imported"):
        app(tmp_path, "[sources.weeds]\n").sources()
