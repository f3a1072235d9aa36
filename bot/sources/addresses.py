"""Which addresses on the network may be fetched from. Pure.

Servers name addresses to us (in links and redirects), so nothing but the public Internet is let
through: no private, loopback, link-local, multicast or reserved network (RFC 6890), in no
spelling and in no IPv6 wrapping of an IPv4 address.
"""

from __future__ import annotations

import re
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_CLOSED_V4 = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
        " 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24"
        " 224.0.0.0/4 240.0.0.0/4"
    ).split()
)
# Global unicast is 2000::/3; these parts of it lead nowhere, or to wherever they are routed.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(ip_network(n) for n in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)  # the upper half of an interface id that ends in IPv4
_NUMERIC_PART = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)


def is_public(address: Address) -> bool:
    """Tell whether an address is on the public Internet, and so is the IPv4 address inside it.

    IPv4 inside IPv6 counts: mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16) and
    ISATAP interface ids. Teredo and local NAT64 (64:ff9b:1::/48) are not public.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    inner = _wrapped(address)
    if inner is not None and not is_public(inner):
        return False
    if address.ipv4_mapped is not None or address in _NAT64:
        return True
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)


def literal_address(host: str) -> Address | None:
    """Return the address that `host` spells, or None if it is a name that must be looked up.

    IPv4 is read as the C library's inet_aton and browsers read it: one to four parts, each
    decimal, octal (leading 0) or hexadecimal (leading 0x). Raises ValueError if the host can
    only be an address and is none, such as 1.2.3.400 or [::zz].
    """
    bare = host.strip("[]").partition("%")[0].rstrip(".")
    if ":" in host:
        return IPv6Address(bare)
    parts = bare.split(".")
    if not _NUMERIC_PART.fullmatch(parts[-1]):
        return None
    numbers = [_number(part) for part in parts]
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):
        raise AddressValueError(f"not an IPv4 address: {host}")
    value = numbers[-1]
    if value >= 256 ** (5 - len(numbers)):
        raise AddressValueError(f"not an IPv4 address: {host}")
    for place, number in enumerate(numbers[:-1]):
        value += number << (8 * (3 - place))
    return IPv4Address(value)


def _number(part: str) -> int:
    if not _NUMERIC_PART.fullmatch(part) or len(part) > 16:
        raise AddressValueError(f"not a part of an IPv4 address: {part[:16]}")
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that traffic to `address` would be handed on to, if any."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    whole = int(address)
    if address in _6TO4:
        return IPv4Address((whole >> 80) & 0xFFFFFFFF)
    if address in _NAT64 or ((whole >> 32) & 0xFFFFFFFF) in _ISATAP:
        return IPv4Address(whole & 0xFFFFFFFF)
    return None
