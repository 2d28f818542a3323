"""`[fetching]`: from the configuration to a fetcher."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter import __version__
from newsletter.app import App
from newsletter.config import Config, load_config
from newsletter.errors import ConfigError
from newsletter.http.policy import Proxy
from newsletter.http.settings import cache_folder, fetching_options, fetching_policy
from tests.http.serving import Reply, Website


def config(folder: Path, text: str) -> Config:
    path = folder / "newsletter.toml"
    path.write_text(text, "utf-8")
    return load_config(path)


def agent(folder: Path, text: str) -> str:
    made = config(folder, text)
    return fetching_policy(made, fetching_options(made, {})).user_agent


def test_who_asks_names_the_sender_unless_another_contact_is_given(tmp_path: Path) -> None:
    sender = '[newsletter]\nsender = "Daily Papers <digest@example.org>"\n'
    assert agent(tmp_path, "") == f"newsletter/{__version__}"
    assert agent(tmp_path, sender) == f"newsletter/{__version__} (mailto:digest@example.org)"
    assert agent(tmp_path, f'{sender}[fetching]\ncontact = "me@example.org"').endswith(
        "(mailto:me@example.org)"
    )
    assert agent(tmp_path, '[fetching]\ncontact = "https://example.org/about"').endswith(
        "(https://example.org/about)"
    )


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('contact = "me"', "line 2, fetching.contact: expected an address such as news@example.org"),
        ('contact = "https://x\\r\\nX: y"', "line 2, fetching.contact: expected an address"),
        ("timeout_seconds = 0", "line 2, fetching.timeout_seconds: input should be greater than 0"),
        ('allow_hosts = ["*"]', "line 2, fetching.allow_hosts[1]: expected a host, with a port"),
        ('allow_hosts = ["10.0.0.1/8"]', "line 2, fetching.allow_hosts[1]: 10.0.0.1/8 has host bits set"),
        (
            'allow_host = ["x"]',
            "line 2, fetching.allow_host: unknown key 'allow_host'; did you mean 'allow_hosts'?",
        ),
        ('proxy = "http://me:s3cret@proxy.example.org"', "a password comes from proxy_password"),
        ('proxy_username = "me"', "line 1, fetching: a proxy_username without a proxy"),
        ('proxy_password = "s3cret"', "a secret does not belong into the file"),
        (
            "max_bytes = 100000000",
            "line 2, fetching.max_bytes: input should be less than or equal to 10000000",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_its_place(lines: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        fetching_options(config(tmp_path, f"[fetching]\n{lines}"), {})
    assert complaint in caught.value.message
    assert "s3cret" not in caught.value.message


def test_a_proxy_gets_its_password_from_outside_the_file(tmp_path: Path) -> None:
    lines = '[fetching]\nproxy = "http://proxy.example.org:3128"\nproxy_username = "me"\n'
    made = config(tmp_path, lines)
    options = fetching_options(made, {"NEWSLETTER_FETCHING_PROXY_PASSWORD": "s3cret"})
    proxy = fetching_policy(made, options).proxy
    assert proxy == Proxy(url="http://proxy.example.org:3128/", username="me", password="s3cret")
    assert "s3cret" not in repr(proxy)


def test_documents_are_kept_beside_the_configuration_or_where_it_says_or_not_at_all(tmp_path: Path) -> None:
    for lines, folder in (
        ("", tmp_path / ".newsletter-cache"),
        ('cache_folder = "kept"', tmp_path / "kept"),
        ("cache_days = 0", None),
    ):
        made = config(tmp_path, f"[fetching]\n{lines}")
        assert cache_folder(made, fetching_options(made, {})) == folder


def test_one_fetcher_serves_a_whole_newsletter_as_it_is_configured(site: Website, tmp_path: Path) -> None:
    url = site.answer("/feed", Reply(b"x"))
    path = tmp_path / "newsletter.toml"
    fetching = '[fetching]\nallow_hosts = ["127.0.0.1"]\ncontact = "me@example.org"\n'
    path.write_text(f'{fetching}[sources.web]\nkind = "url"\nurl = "{url}"\n')
    app = App.open(path)
    [named] = app.sources()
    [document] = named.source.fetch(None)
    assert document.body == b"x"
    assert app.fetcher() is app.fetcher()
    assert site.seen[0].headers["user-agent"] == f"newsletter/{__version__} (mailto:me@example.org)"
    assert len(list((tmp_path / ".newsletter-cache").glob("*.document"))) == 1
