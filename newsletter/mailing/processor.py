"""What OpenSSL is told of the processor before it is loaded, which importing this module does.

RSA signs by one of two programs: one multiplies with ADX, the other with AVX2, and OpenSSL takes the first
wherever there is ADX. On AMD's family 25 without AVX-512 IFMA, which is Zen 3, the second makes 11 to 21 %
more signatures (`openssl speed rsa2048`). OPENSSL_ia32cap(3) takes a capability away; who has set it knows
better.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_SETTING = "OPENSSL_ia32cap"
# Bit 19 of EBX for leaf 7 of CPUID.
_WITHOUT_ADX = ":~0x80000"
# What Linux says of the first processor is shorter.
_ENOUGH = 4096


def is_zen_3(described: str) -> bool:
    """Tell by what /proc/cpuinfo says."""
    first = described.partition("\n\n")[0]
    told = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in first.splitlines())
    }
    flags = set(told.get("flags", "").split())
    family = told.get("vendor_id"), told.get("cpu family")
    return family == ("AuthenticAMD", "25") and {"adx", "avx2"} <= flags and "avx512ifma" not in flags


def prefer_faster(described: str, environment: MutableMapping[str, str]) -> None:
    """Set what makes OpenSSL sign faster, unless somebody has set anything."""
    if is_zen_3(described):
        environment.setdefault(_SETTING, _WITHOUT_ADX)


def _described() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as told:
            return told.read(_ENOUGH)
    except OSError:
        return ""


prefer_faster(_described(), os.environ)
