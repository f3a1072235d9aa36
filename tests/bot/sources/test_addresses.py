"""Which addresses are public, in every spelling."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.addresses import is_public, literal_address

PUBLIC = """1.1.1.1 8.8.8.8 93.184.216.34 172.15.0.1 172.32.0.1 192.167.1.1 100.63.0.1
2606:4700::1 2a00:1450:4001::8a"""
PRIVATE = """
0.0.0.0 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 fe80::1 fec0::1 fc00::1 fd12:3456::1 ff02::1 100::1 2001:db8::1 2001::1 2001:10::1 3fff::1
5f00::1 4000::1 ::127.0.0.1 ::8.8.8.8 64:ff9b:1::808:808
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::127.0.0.1 64:ff9b::a00:1
2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101:: 2606:4700::5efe:a00:1 2606:4700::200:5efe:7f00:1
"""
WRAPPED_PUBLIC = "::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1"


@pytest.mark.parametrize("written", [*PUBLIC.split(), *WRAPPED_PUBLIC.split()])
def test_public_addresses(written):
    assert is_public(ip_address(written))


@pytest.mark.parametrize("written", PRIVATE.split())
def test_other_addresses(written):
    assert not is_public(ip_address(written))


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_public_ipv4_address_is_one_that_the_standard_library_calls_otherwise(address):
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_public_ipv6_address_is_one_that_the_standard_library_calls_otherwise(address):
    if is_public(address):
        assert address.is_global or address.sixtofour or address.ipv4_mapped


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_wrapping_an_address_never_makes_it_public(address):
    inner = int(address)
    wrapped = [0xFFFF << 32 | inner, 0x0064FF9B << 96 | inner, 0x2002 << 112 | inner << 80]
    for value in wrapped:
        assert is_public(IPv6Address(value)) == is_public(address)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0x7F000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("10.257", "10.0.1.1"),
        ("0", "0.0.0.0"),  # noqa: S104
        ("0x", "0.0.0.0"),  # noqa: S104
        ("8.8.8.8.", "8.8.8.8"),
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("[fe80::1%25eth0]", "fe80::1"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
    ],
)
def test_spellings(written, address):
    assert literal_address(written) == ip_address(address)


@pytest.mark.parametrize("host", ["news.example", "1.2.3.example", "0xnews", "dead.beef", "10.a"])
def test_names_are_no_addresses(host):
    assert literal_address(host) is None


@pytest.mark.parametrize(
    "host",
    ["1.2.3.400", "256.1.1.1", "1.2.3.4.5", "08.1.1.1", "99999999999", "a.1", "[::zz]", "1..2"],
)
def test_what_can_only_be_an_address_and_is_none(host):
    with pytest.raises(ValueError, match=r"."):
        literal_address(host)


@given(st.integers(0, 2**32 - 1))
def test_every_spelling_of_a_number_is_the_same_address(number):
    for spelling in (str(number), hex(number), f"0{number:o}" if number else "0"):
        assert literal_address(spelling) == IPv4Address(number)
