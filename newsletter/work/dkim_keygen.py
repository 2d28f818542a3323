"""Make DKIM keys and keep each in a file that only its owner can read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from newsletter.mailing import processor  # noqa: F401 - before OpenSSL is loaded

# isort: split
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from newsletter.errors import StoreError, UsageError
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.store.files import write_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Kind = Literal["rsa", "ed25519"]

_EXPONENT = 65537


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKey:
    """A new key and its file."""

    path: Path
    key: SigningKey


def make_keys(
    folder: Path, selector: str, kinds: Sequence[Kind], *, bits: int, overwrite: bool = False
) -> tuple[KeptKey, ...]:
    """Write one key of each kind into `folder`, as `dkim-SELECTOR-KIND.pem` with mode 0600.

    Raises `UsageError`, before anything is written, if such a file is there, unless `overwrite`.
    """
    names = [f"{selector}-{kind}" for kind in kinds]
    paths = [folder / f"dkim-{name}.pem" for name in names]
    taken = [str(path) for path in paths if os.path.lexists(path)]
    if taken and not overwrite:
        raise UsageError(
            f"there is a key already: {', '.join(taken)}",
            hint="choose another --selector, which is how keys are changed; or lose the old key: --force",
        )
    made = []
    for name, path, kind in zip(names, paths, kinds, strict=True):
        key = SigningKey(selector=name, private=_generate(kind, bits))
        _keep(path, key.pem(), overwrite=overwrite)
        made.append(KeptKey(path=path, key=key))
    return tuple(made)


def _generate(kind: Kind, bits: int) -> rsa.RSAPrivateKey | Ed25519PrivateKey:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=_EXPONENT, key_size=bits)
    return Ed25519PrivateKey.generate()


def _keep(path: Path, pem: bytes, *, overwrite: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if overwrite:
            write_at_once(path, pem)  # its files have mode 0600
            return
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(pem)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error
