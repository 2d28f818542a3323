"""Kinds of settings that several sources have."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

# A page for people in the place of data is told as such.
JSON = {"Accept": "application/json"}
_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:/[^\s?#\\]*)?", re.IGNORECASE)


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("expected an address such as https://api.example.org, without ? and #")
    return text.rstrip("/")


def _key(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a key has letters, digits and signs only; this one has blanks or others")
    return secret


BaseUrl = Annotated[str, AfterValidator(_address)]
Key = Annotated[SecretStr, AfterValidator(_key)]
MaxPapers = Annotated[int, Field(ge=1, le=5_000)]
Days = Annotated[int, Field(ge=1, le=90)]
Words = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
