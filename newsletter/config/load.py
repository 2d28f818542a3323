"""From `newsletter.toml` to a checked `Config`."""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from newsletter.config.locate import line_of
from newsletter.config.schema import Schema, SectionTable
from newsletter.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

    from newsletter.model import Section

FILE_NAME = "newsletter.toml"
_MAX_BYTES = 1_000_000
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A checked configuration. `path` is None where the built-in defaults are used; `text` is the file's
    text, kept to name lines; `sections` are the configured ones, else the built-in ones."""

    schema: Schema
    sections: tuple[Section, ...]
    path: Path | None = None
    text: str = field(default="", repr=False)

    @property
    def folder(self) -> Path:
        """What relative paths in the file start from."""
        return folder_of(self.path)

    def error(self, problem: str, *path: str | int, hint: str | None = None) -> ConfigError:
        """Make an error that names file, line and key."""
        return ConfigError(f"{_place(self.path, self.text, path)}: {problem}", hint=hint)


def folder_of(path: Path | None) -> Path:
    """Give the folder of a configuration at `path`, read or not; without one it is the working directory."""
    return path.parent if path else Path()


def load_config(path: Path | None = None) -> Config:
    """Read the file at `path`, else `newsletter.toml` here, else the defaults. Raises `ConfigError`."""
    if path is None and not os.path.lexists(FILE_NAME):
        return Config(schema=Schema(), sections=default_sections())
    path = path or Path(FILE_NAME)
    return read_config(_read(path), path)


def read_config(text: str, path: Path) -> Config:
    """Check the text of a file that is, or would be, at `path`. Raises `ConfigError`."""
    schema = _validate(path, text, _parse_toml(path, text))
    sections = tuple(table.to_section() for table in schema.sections) or default_sections()
    return Config(schema=schema, sections=sections, path=path, text=text)


def default_sections() -> tuple[Section, ...]:
    """Give the built-in sections, which suit papers about machine learning."""
    tables = tomllib.loads(default_sections_text())["sections"]
    return tuple(SectionTable.model_validate(table).to_section() for table in tables)


def default_sections_text() -> str:
    """Give the built-in sections as commented TOML."""
    return (_HERE / "default_sections.toml").read_text("utf-8")


def starter_text() -> str:
    """Give the commented file that `newsletter init` writes."""
    return (_HERE / "starter.toml").read_text("utf-8") + "\n" + default_sections_text()


def check_options(
    config: Config, options: type[BaseModel], table: Sequence[str], raw: Mapping[str, Any]
) -> Any:
    """Validate a plug-in's table against its `Options`, with the same messages as for our own tables."""
    try:
        return options.model_validate(raw)
    except ValidationError as error:
        raise _config_error(error, config.path, config.text, options, tuple(table)) from None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            body = stream.read(_MAX_BYTES + 1)
        if len(body) > _MAX_BYTES:
            raise ConfigError(f"{path}: the file is larger than {_MAX_BYTES:,} bytes")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{path}, line {line}: expected UTF-8, found byte 0x{body[error.start]:02x}"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror})", hint="`newsletter init` writes a commented file"
        ) from error


def _parse_toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).rpartition(" (at ")
        place = place.rstrip(")")
        raise ConfigError(f"{path}, {place}: {_lower_first(what)}" if what else f"{path}: {place}") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, tables nested as deep
        raise ConfigError(f"{path}: expected TOML of a reasonable size and depth") from error


def _validate(path: Path, text: str, data: dict[str, Any]) -> Schema:
    try:
        return Schema.model_validate(data)
    except ValidationError as error:
        raise _config_error(error, path, text, Schema, ()) from None


def _config_error(
    error: ValidationError,
    path: Path | None,
    text: str,
    model: type[BaseModel],
    prefix: tuple[str | int, ...],
) -> ConfigError:
    """Tell all that is wrong, one line each, in the order of the file."""
    reports = []
    for details in error.errors(include_url=False):
        loc = prefix + details["loc"]
        reports.append((line_of(text, loc) or 0, f"{_place(path, text, loc)}: {_explain(details, model)}"))
    return ConfigError("\n".join(report for _, report in sorted(reports)))


def _place(path: Path | None, text: str, loc: Sequence[str | int]) -> str:
    line = line_of(text, loc)
    name = str(path or FILE_NAME)
    return f"{name}, line {line}, {_dotted(loc)}" if line else f"{name}, {_dotted(loc)}" if loc else name


def _dotted(loc: Sequence[str | int]) -> str:
    """Name a key as a person would: sections[2].keywords, counting from 1."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _explain(details: ErrorDetails, model: type[BaseModel]) -> str:
    loc = details["loc"]
    match details["type"]:
        case "extra_forbidden":
            return _unknown_key(str(loc[-1]), _known_keys(model, loc[:-1]))
        case "missing":
            return f"the key {str(loc[-1])!r} is missing"
        case "tuple_type" | "list_type":
            return f'expected a list of texts, such as ["robot", "grasping"]{_found(details)}'
        case "string_type":
            return f"expected a text in quotes{_found(details)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"expected a table{_found(details)}"
        case "string_pattern_mismatch":
            return f"not in a form that can be used{_found(details)}"
        case "value_error":
            return f"{details['msg'].removeprefix('Value error, ')}{_found(details)}"
        case _:
            return f"{_lower_first(details['msg'])}{_found(details)}"


def _found(details: ErrorDetails) -> str:
    """Show what stood there, unless it holds a whole table or may be somebody's address."""
    value = details["input"]
    parts = value if isinstance(value, list) else [value]
    is_table = any(isinstance(part, BaseModel | dict) for part in parts)
    if is_table or len(details["loc"]) == 0 or "@" in str(value):
        return ""
    if not isinstance(value, str | int | float | bool | list):
        return f"; found {value}"
    return f"; found {str(value)[:60]!r}" if isinstance(value, str) else f"; found {value!r:.60}"


def _unknown_key(key: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    advice = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(sorted(known))}"
    return f"unknown key {key!r}; {advice}"


def _known_keys(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """List the keys of the table at `loc`, following nested models and lists of models."""
    for part in loc:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        model = next(kind for kind in (annotation, *get_args(annotation)) if _is_model(kind))
    return list(model.model_fields)


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
