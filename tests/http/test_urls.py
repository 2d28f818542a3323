"""URLs as they are read and as they are shown."""

from __future__ import annotations

import pytest

from newsletter.http.urls import masked, read_url, with_params


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG.:443/A", "https://example.org/A"),
        ("http://example.org:80/", "http://example.org/"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://example.org/a%20b?q=x%26y&z=#part", "https://example.org/a%20b?q=x%26y&z="),
        ("https://example.org/ü?ä={x}|[1]", "https://example.org/%C3%BC?%C3%A4={x}|[1]"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://8.8.8.8?x", "https://8.8.8.8/?x"),
    ],
)
def test_an_address_is_read_into_one_form(text: str, url: str) -> None:
    assert read_url(text).url == url
    assert read_url(url).url == url


def test_params_are_added_to_the_query() -> None:
    params = {"search_query": 'cat:cs.LG AND all:"a&b"', "start": "0"}
    added = "search_query=cat%3Acs.LG+AND+all%3A%22a%26b%22&start=0"
    assert with_params("https://x.org/a#b", params) == f"https://x.org/a?{added}"
    assert with_params("https://x.org/a?b=c", params) == f"https://x.org/a?b=c&{added}"
    assert with_params("https://x.org/a?b=c", None) == "https://x.org/a?b=c"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "api_key",
            "apikey",
            "apiKey",
            "api-key",
            "key",
            "x-api-key",
            "token",
            "access_token",
            "auth",
            "email",
        ),
        *("client_secret", "password", "sig", "X-Amz-Signature", "X-Amz-Credential", "session", "mailto"),
    ],
)
def test_values_of_keys_and_addresses_are_not_shown(name: str) -> None:
    assert masked(f"https://x.org/?q=a&{name}=s3cret&n=1#frag") == f"https://x.org/?q=a&{name}=***&n=1"


@pytest.mark.parametrize(
    "name", ["keywords", "author", "query", "sort", "page_tokens", "fields", "signal", "monkey"]
)
def test_what_a_search_is_for_is_shown(name: str) -> None:
    assert masked(f"https://x.org/?{name}=attention") == f"https://x.org/?{name}=attention"


def test_a_name_and_a_password_are_not_shown_even_where_they_are_refused() -> None:
    with pytest.raises(Exception, match="a name or password does not belong into it") as caught:
        read_url("https://me:s3cret@example.org/?api_key=s3cret")
    assert "s3cret" not in str(caught.value)
