"""OpenSSL is told, before it is loaded, how it signs faster on one processor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import newsletter
from newsletter.mailing.processor import prefer_faster

ZEN_3 = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 1
flags\t\t: fpu avx2 bmi2 adx sha_ni
bugs\t\t: sysret_ss_attrs

processor\t: 1
flags\t\t: fpu avx2 adx avx512ifma
"""


def test_it_is_told_on_zen_3() -> None:
    environment: dict[str, str] = {}
    prefer_faster(ZEN_3, environment)
    assert environment == {"OPENSSL_ia32cap": ":~0x80000"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AuthenticAMD", "GenuineIntel"),
        ("25", "26"),
        ("bmi2 adx", "bmi2"),
        ("fpu avx2 bmi2", "fpu bmi2"),
        ("adx sha_ni", "adx avx512ifma sha_ni"),
        (ZEN_3, ""),
        (ZEN_3, "CPU implementer : 0x41\nFeatures : fp asimd"),
    ],
)
def test_no_other_processor_is_meddled_with(old: str, new: str) -> None:
    environment: dict[str, str] = {}
    prefer_faster(ZEN_3.replace(old, new), environment)
    assert environment == {}


def test_who_has_set_it_knows_better() -> None:
    environment = {"OPENSSL_ia32cap": "0x0"}
    prefer_faster(ZEN_3, environment)
    assert environment == {"OPENSSL_ia32cap": "0x0"}


PROGRAM = """
import sys
loaded = []
class Watch:
    def find_spec(self, name, *_):
        if name in ("cryptography", "newsletter.mailing.processor"):
            loaded.append(name)
sys.meta_path.insert(0, Watch())
import MODULE
assert loaded == ["newsletter.mailing.processor", "cryptography"], loaded
"""


ROOT = Path(newsletter.__file__).parent
USERS = [
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    for path in sorted(ROOT.rglob("*.py"))
    if re.search(r"^(from|import) cryptography\b", path.read_text("utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("module", [*USERS, "newsletter.work.run_setup", "newsletter.config.dkim"])
def test_openssl_is_told_before_it_is_loaded(module: str) -> None:
    program = PROGRAM.replace("MODULE", module)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
