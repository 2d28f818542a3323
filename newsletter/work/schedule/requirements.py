"""Which packages a requirements file of pip's would install."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"(?:^|\s)#.*")
_EXTRAS = r"(?:\[[^]]*\])?"
# A name with what may follow it (PEP 508); a file that lies here is no name.
_NAME = re.compile(
    rf"([a-z0-9][a-z0-9._-]*)(?<!\.whl)(?<!\.zip)(?<!\.tar\.gz)\s*{_EXTRAS}\s*(?:$|[@;(<>=!~\\]|\s--)"
)
_EDITABLE = re.compile(r"(?:-e|--editable)[\s=]+")
_EGG = re.compile(r"#(?:\S*&)?egg=([a-z0-9._-]+)")
# An address or a path: of a repository or a folder of that name, or of a file that was built.
_PLACE = re.compile(
    r"(?!-)(?:\S*/)?([a-z0-9._-]+?)(?:\.git|-\d[^\s/]*\.(?:whl|tar\.gz|zip))?"
    rf"(?:@[^\s#[]*)?{_EXTRAS}(?:$|[\s;#])"
)


def asked_for(line: str) -> str | None:
    """Name, in small letters, the package that a line asks for; None if it does not, or does not tell."""
    line = _COMMENT.sub("", line.lower()).strip()
    if found := _NAME.match(line):
        return found[1]
    place = _EDITABLE.sub("", line, count=1)
    found = _EGG.search(place) or _PLACE.match(place)
    return found[1] if found else None
