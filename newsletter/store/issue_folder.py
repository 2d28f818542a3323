"""An issue as a folder of files that a person can open, and read back exactly as it was built.

`issue.json` holds the issue, its editions (with their slots still open, which is what gets sent) and the
SHA-256 of all four parts, so that a change made by hand is noticed instead of being lost or sent by half.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from newsletter import codec
from newsletter.errors import StoreError
from newsletter.issues.editing import UNEDITED, Edits
from newsletter.model import Cadence, Edition, Issue
from newsletter.store.files import write_at_once

FORMAT = 1
ISSUES = "issues"  # the folder of all of them
_SLUG = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
HTML, TEXT, MESSAGE, DATA = "issue.html", "issue.txt", "issue.eml", "issue.json"
_MAX_BYTES = 50_000_000
_SENT = ("issue", "editions")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIssue:
    """What a folder holds. `html`, `text` and `message` show placeholders where each reader gets their own
    links; `editions` have the slots themselves. Of an issue that an editor changed, `draft` is what was
    composed, and `edits` what they wanted otherwise. `digest` is that of the folder it was read from."""

    issue: Issue
    editions: tuple[Edition, ...]
    html: bytes
    text: bytes
    message: bytes
    draft: Issue | None = None
    edits: Edits = UNEDITED
    digest: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The last of the days that an issue is about, and how many these are."""

    day: date
    cadence: Cadence


def write_issue(folder: Path, stored: StoredIssue, *, overwrite: bool = False) -> None:
    """Write the four files, each at once; `issue.json` last, so that a torn folder is noticed.

    Raises `StoreError`, also when a file there was changed by hand since it was built, unless `overwrite`.
    """
    files = {HTML: stored.html, TEXT: stored.text, MESSAGE: stored.message}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not overwrite:
            _refuse_to_lose_changes(folder, files)
        for name, body in files.items():
            write_at_once(folder / name, body)
        write_at_once(folder / DATA, _data(stored, files))
    except OSError as error:
        path = error.filename2 or error.filename or folder
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error


def read_issue(folder: Path) -> StoredIssue:
    """Read a folder back. Raises `StoreError` if it is no issue, torn, or was changed by hand."""
    data = _read_data(folder)
    bodies = {name: _read(folder / name) for name in (HTML, TEXT, MESSAGE)}
    for name in _changed(data, bodies):
        raise StoreError(
            f"{folder / name}: was changed after it was built, so it is not what would be sent",
            hint="build the issue again; `--force` overwrites the change",
        )
    try:
        issue = codec.decode(Issue, data["issue"])
        editions = tuple(codec.decode(Edition, edition) for edition in data["editions"])
        draft = codec.decode(Issue, data["draft"]) if "draft" in data else None
        edits = codec.decode(Edits, data["edits"]) if draft else UNEDITED
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{folder / DATA}: not an issue of this version ({error})") from error
    if not editions or not _SLUG.fullmatch(issue.slug):
        raise StoreError(f"{folder / DATA}: not an issue of this version; build the issue again")
    return StoredIssue(
        issue=issue,
        editions=editions,
        html=bodies[HTML],
        text=bodies[TEXT],
        message=bodies[MESSAGE],
        draft=draft,
        edits=edits,
        digest=_fingerprint({name: data[name] for name in _SENT}),
    )


def read_span(folder: Path) -> Span:
    """Read which days an issue is about, and judge nothing else of it. Raises `StoreError`."""
    try:
        told = _read_data(folder)["issue"]
        return codec.decode(Span, {one.name: told[one.name] for one in fields(Span)})
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{folder / DATA}: not an issue of this version ({error})") from error


def digest_of(stored: StoredIssue) -> str:
    """Name what would be sent: the SHA-256 of the issue and its editions, as `issue.json` has it.

    A folder keeps its digest for ever, also if a later version knows more of an issue than was written.
    """
    return stored.digest or _fingerprint(_content(stored))


def find_issue(name: str, *, root: Path) -> Path:
    """Resolve what a person typed, a folder or a slug such as 2025-11-07 of one under `root`. Raises
    `StoreError`."""
    for folder in (Path(name), root / name):
        if (folder / DATA).is_file():
            return folder
    raise StoreError(
        f"no issue {name!r}: neither {Path(name) / DATA} nor {root / name / DATA} exists",
        hint="`newsletter build PAGE` makes one and says where",
    )


def _refuse_to_lose_changes(folder: Path, files: dict[str, bytes]) -> None:
    """Refuse to overwrite what we did not write. A file that already is what would be written is no loss:
    so a build that was interrupted can simply be repeated."""
    there = {name: _read(folder / name) for name in (*files, DATA) if (folder / name).exists()}
    others = {name: body for name, body in there.items() if body != files.get(name)}
    try:
        data = _read_data(folder) if DATA in others else {"files": {}}
        changed = _changed(data, others)
    except StoreError:
        changed = [DATA]
    for name in changed:
        raise StoreError(
            f"{folder / name}: is not as a build left it, and would be overwritten",
            hint="keep it elsewhere or choose another folder with --out; `--force` overwrites it",
        )


def _changed(data: dict[str, Any], bodies: dict[str, bytes]) -> list[str]:
    """List the parts that are not what their hash says; what has no hash counts as changed."""
    recorded = data.get("files")
    recorded = recorded if isinstance(recorded, dict) else {}
    actual = {name: _sha256(body) for name, body in bodies.items() if name != DATA}
    if "issue" in data:
        actual[DATA] = _fingerprint(data)
    return [name for name, digest in actual.items() if recorded.get(name) != digest]


def _data(stored: StoredIssue, files: dict[str, bytes]) -> bytes:
    content = _content(stored)
    if stored.draft:
        content |= {"draft": codec.encode(stored.draft), "edits": codec.encode(stored.edits)}
    hashes = {name: _sha256(body) for name, body in files.items()} | {DATA: _fingerprint(content)}
    data = {"format": FORMAT, "issue": content["issue"], "files": hashes} | content
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _content(stored: StoredIssue) -> dict[str, Any]:
    return {"issue": codec.encode(stored.issue), "editions": codec.encode(stored.editions)}


def _fingerprint(data: dict[str, Any]) -> str:
    """Hash what `issue.json` says, however it is laid out."""
    said = {name: data[name] for name in (*_SENT, "draft", "edits") if name in data}
    return _sha256(json.dumps(said, sort_keys=True).encode("ascii"))


def _read_data(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads(_read(folder / DATA))
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{folder / DATA}: not JSON; build the issue again") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT or data["format"] is True:
        raise StoreError(f"{folder / DATA}: not an issue of format {FORMAT}; build the issue again")
    return data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            body = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read ({error.strerror})", hint="`newsletter build PAGE` makes an issue"
        ) from error
    if len(body) > _MAX_BYTES:
        raise StoreError(f"{path}: larger than {_MAX_BYTES:,} bytes")
    return body


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
