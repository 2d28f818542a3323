"""No spelling, name, redirect or resolver leads to what is not public."""

from __future__ import annotations

import socket

import pytest

from newsletter.errors import SourceError
from newsletter.http.guard import Guard, read_allowed_host
from newsletter.http.urls import read_url
from tests.http.fetchers import make_fetcher
from tests.http.serving import Reply, Website

FORBIDDEN_HOSTS = (
    # this machine, in every spelling that a resolver or a browser takes for it
    *("127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.1"),
    *("0x7F.0x0.0x0.0x1", "0177.0.0.1", "017700000001", "0177.0x0.0.1", "0", "0.0.0.0", "0x0", "00000"),
    *("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "١٢٧.0.0.1", "%31%32%37.0.0.1"),
    *("localhost", "LOCALHOST", "localhost.", "foo.localhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    *("router", "printer.local", "vault.internal", "nas.home.arpa", "x.onion"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    # ways through IPv6 to an address of IPv4
    *("[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2001:0:53aa:64c::80ff:fffe]"),
    *("[2a01:4f8::5efe:7f00:1]", "[2a01:4f8::200:5efe:a00:1]", "[::ffff:0:127.0.0.1]"),
    # networks of a house or a provider
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
    *("[fe80::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]"),
    # nobody's
    *("192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "240.0.0.1"),
    *("224.0.0.1", "239.255.255.250", "255.255.255.255", "[ff02::1]", "[ff0e::1]", "[2001:db8::1]"),
    *("[3fff::1]", "[5f00::1]", "[100::1]", "[2001:10::1]"),
    # no hosts at all
    *(
        "[::1",
        "[127.0.0.1]",
        "[v1.x]",
        "127.0.0.1/..",
        "exa mple.org",
        "-",
        ".",
        "a..b",
        "x" * 64,
        "1e100.0x",
    ),
)
FORBIDDEN_URLS = (
    *("http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "data:,x"),
    *("//example.org/", "/etc/passwd", "example.org", "", "https:", "https://", "https:///x", "https:/x/y"),
    *("https://u@example.org/", "https://u:p@example.org/", "https://example.org@127.0.0.1/"),
    *(
        "https://example.org:p@127.0.0.1/",
        "https://127.0.0.1\\@example.org/",
        "https://127.0.0.1%2f@example.org",
    ),
    *(
        "https://example.org:22/",
        "https://example.org:8080/",
        "https://example.org:0/",
        "https://example.org:x/",
    ),
    *("https://example.org:99999/", "https://example.org:-1/", "https://example.org:443:80/"),
    *("https://exa\nmple.org/", "https://example.org/\r\nHost: x", "https://example.org/ x", "https://a\0b/"),
    *("\x01https://example.org/", "https://example.org\t/", "https://" + "a." * 200 + "org/"),
    "https://example.org/" + "x" * 9_000,
)


@pytest.mark.parametrize(
    "host", ["⑧.⑧.⑧.⑧", "８.8.8.8", "8。8.8.8", "8.8.2056", "0x8.8.8.8", "134744072", "010.8.8.8"]
)
def test_a_public_address_has_one_spelling(host: str) -> None:
    with pytest.raises(SourceError, match="its host is a number"):
        read_url(f"https://{host}/")


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every attempt of the process to connect anywhere; none succeeds."""
    tried: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError(111, "connection refused")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return tried


@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_no_spelling_of_a_host_leads_inside(host: str, scheme: str, connects: list[object]) -> None:
    with pytest.raises(SourceError):
        make_fetcher(allow=()).get(f"{scheme}://{host}/feed")
    assert connects == []


@pytest.mark.parametrize("url", FORBIDDEN_URLS)
def test_what_is_no_plain_address_of_the_web_is_not_asked(url: str, connects: list[object]) -> None:
    with pytest.raises(SourceError):
        make_fetcher(allow=(), resolve=lambda *_: ["93.184.215.14"]).get(url)
    assert connects == []


@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
def test_no_redirect_leads_inside(host: str, site: Website) -> None:
    """The server that redirects is permitted, on its port alone; what it points to is not."""
    place = f"https://{host}/".encode().decode("latin-1")
    url = site.answer("/", Reply(status=302, headers={"Location": place}))
    fetcher = make_fetcher(allow=(f"127.0.0.1:{site.port}",), resolve=lambda *_: ["127.0.0.1"])
    with pytest.raises(SourceError):
        fetcher.get(url)
    assert len(site.seen) == 1


@pytest.mark.parametrize(
    "place", ["http://example.org/", "file:///etc/passwd", "//127.0.0.2/", "https://[::1/", "\\\\x"]
)
def test_no_redirect_changes_the_rules(place: str, site: Website) -> None:
    url = site.answer("/", Reply(status=301, headers={"Location": place}))
    with pytest.raises(SourceError, match="leads to"):
        make_fetcher().get(url)
    assert len(site.seen) == 1


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%2", "64:ff9b::7f00:1", "::ffff:1.1.1.1"],
)
def test_no_name_leads_inside(address: str, connects: list[object]) -> None:
    with pytest.raises(SourceError, match=r"example\.org leads to .*not a public address"):
        make_fetcher(allow=(), resolve=lambda *_: [address]).get("https://example.org/")
    assert connects == []


def test_a_resolver_that_changes_its_answer_gains_nothing(connects: list[object]) -> None:
    """It is asked once per connection, and the very address that was checked is connected to."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    with pytest.raises(SourceError, match=r"leads to 127\.0\.0\.1"):
        make_fetcher(allow=(), resolve=lambda *_: next(answers)).get("https://example.org/")
    assert connects == [("93.184.215.14", 443)]
    assert len(list(answers)) == 1


def test_of_several_addresses_only_public_ones_are_tried(connects: list[object]) -> None:
    """A network with NAT64 adds addresses that are not public."""
    addresses = ["64:ff9b::5db8:d70e", "93.184.215.14", "10.0.0.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
    with pytest.raises(SourceError, match="no connection"):
        make_fetcher(allow=(), resolve=lambda *_: addresses).get("https://example.org/")
    assert {str(address[0]) for address in connects if isinstance(address, tuple)} == set(addresses[1::2])


def test_a_refusal_says_how_to_permit_it() -> None:
    with pytest.raises(SourceError) as caught:
        make_fetcher(allow=(), resolve=lambda *_: ["10.0.0.1"]).get("https://papers.example.org/feed")
    assert caught.value.message == (
        "https://papers.example.org/feed: papers.example.org leads to 10.0.0.1, which is not a public "
        "address: nothing was asked there"
    )
    assert 'allow_hosts = ["papers.example.org"]' in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("entry", "url", "is_allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/", True),
        ("127.0.0.1", "http://127.0.0.2/", False),
        ("127.0.0.1", "http://localhost/", False),
        ("localhost", "http://LOCALHOST.:8080/", True),
        ("localhost:8080", "http://localhost:8080/", True),
        ("localhost:8080", "http://localhost:8081/", False),
        ("[::1]:8080", "http://[::1]:8080/", True),
        ("[::1]", "http://[0:0::1]/", True),
        ("bücher.example", "http://xn--bcher-kva.example/", True),
        ("10.0.0.0/8", "https://10.1.2.3/", True),
        ("10.0.0.0/8", "http://10.1.2.3/", False),
        ("fd00::/8", "https://[fd00::1]/", True),
    ],
)
def test_a_person_may_permit_a_host_or_a_network(entry: str, url: str, is_allowed: bool) -> None:
    guard = Guard([read_allowed_host(entry)])
    if is_allowed:
        assert guard.check(read_url(url))
    else:
        with pytest.raises(SourceError):
            guard.check(read_url(url))


def test_names_may_lead_into_a_permitted_network() -> None:
    guard = Guard([read_allowed_host("10.0.0.0/8")], resolve=lambda *_: ["10.1.2.3", "192.168.0.1"])
    assert guard.addresses("wiki.example.org", 443) == ("10.1.2.3",)


def test_a_permitted_name_may_lead_anywhere() -> None:
    guard = Guard([read_allowed_host("wiki.example.org")], resolve=lambda *_: ["192.168.0.1"])
    assert guard.addresses("wiki.example.org", 8080) == ("192.168.0.1",)


@pytest.mark.parametrize(
    "entry", ["", "*", "*.example.org", "10.0.0.1/8", "http://x", "a b", "127.1", "x:y", "u@x", "::1"]
)
def test_an_entry_that_says_nothing_clear_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_allowed_host(entry)


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "1.1.1.1",
        "[2606:4700::1111]",
        "export.arxiv.org",
        "xn--bcher-kva.example",
        "a_b.example.org",
    ],
)
def test_what_is_public_may_be_asked(host: str) -> None:
    guard = Guard(resolve=lambda *_: ["93.184.215.14"])
    target = guard.check(read_url(f"https://{host}/"))
    assert guard.addresses(target.host, target.port)
