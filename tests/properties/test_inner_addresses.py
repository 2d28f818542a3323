"""However an address is written: what resolvers take for an inner one is never asked."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.http.addresses import is_public
from newsletter.http.guard import Guard
from newsletter.http.urls import read_url

OCTET = st.one_of(
    st.sampled_from([0, 1, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255]), st.integers(0, 255)
)
ADDRESS_4 = st.tuples(OCTET, OCTET, OCTET, OCTET).map(lambda parts: IPv4Address(bytes(parts)))
DIGITS = ("0123456789", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⓪①②③④⑤⑥⑦⑧⑨", "٠١٢٣٤٥٦٧٨٩")
DOTS = st.sampled_from([".", "。", "．", "｡"])


@st.composite
def spelled(draw: st.DrawFn, address: IPv4Address) -> str:
    """Write an address as inet_aton reads it: in one to four parts, decimal, octal or hexadecimal."""
    count = draw(st.integers(1, 4))
    octets = address.packed
    parts = [*octets[: count - 1], int.from_bytes(octets[count - 1 :], "big")]
    forms = st.sampled_from(["{}", "{:#x}", "0{:o}", "0X{:X}", "00{:o}", "0x000{:x}"])
    written = draw(DOTS).join(draw(forms).format(part) for part in parts) + draw(st.sampled_from(["", "."]))
    return written.translate(str.maketrans(DIGITS[0], draw(st.sampled_from(DIGITS))))


def is_a_name(host: str) -> bool:
    """Ask the system whether it has to look a host up, after which its addresses are checked."""
    try:
        socket.inet_aton(host)
    except OSError:
        return True
    return False


def is_inner(address: IPv4Address) -> bool:
    """Ask Python, which knows most of them."""
    return not address.is_global or address.is_multicast


@given(st.data(), ADDRESS_4)
def test_no_spelling_of_an_inner_address_passes(data: st.DataObject, address: IPv4Address) -> None:
    host = data.draw(spelled(address))
    try:
        target = Guard().check(read_url(f"https://{host}/"))
    except SourceError:
        return
    assert (target.host == str(address) and not is_inner(address)) or is_a_name(target.host)


@given(st.text(st.characters(codec="utf-8"), max_size=30))
@example("127.1")
@example("0x7f.1")
@example("1.1.1.1\t")
def test_a_host_that_passes_is_a_name_or_the_usual_spelling_of_a_public_address(text: str) -> None:
    try:
        target = Guard().check(read_url(f"https://{text}/"))
    except SourceError:
        return
    if not is_a_name(target.host):
        assert target.host == socket.inet_ntoa(socket.inet_aton(target.host))
        assert is_public(ip_address(target.host))


@given(ADDRESS_4)
def test_no_way_through_ipv6_leads_inside(address: IPv4Address) -> None:
    number = int(address)
    for embedded in (
        *(number, 0xFFFF << 32 | number, 0xFFFF << 48 | number, 0x64_FF9B << 96 | number),
        *(0x64_FF9B_0001 << 80 | number, 0x2002 << 112 | number << 80, 0x2001 << 112 | number),
        *(0x2A01_04F8 << 96 | 0x5EFE << 32 | number, 0xFE80 << 112 | number, 0xFEC0 << 112 | number),
    ):
        assert not is_public(IPv6Address(embedded))


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_what_python_knows_as_inner_is_not_public(address: IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast


@given(ADDRESS_4)
def test_what_is_not_public_is_known_to_python_or_a_relay(address: IPv4Address) -> None:
    relays = {(192, 31, 196), (192, 52, 193), (192, 88, 99), (192, 175, 48), (192, 0, 0)}
    is_relay = tuple(address.packed[:3]) in relays
    assert is_public(address) is not (is_inner(address) or is_relay)


@given(st.text(max_size=60))
def test_reading_an_address_raises_nothing_else(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org/{text}", f"https://example.org:{text}/"):
        message = "none"
        try:
            target = read_url(url)
        except SourceError as error:
            message = error.message
        else:
            assert read_url(target.url) == target
            assert target.url.isascii()
        assert message.isprintable()
