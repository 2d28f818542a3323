"""The values of `newsletter.model` as JSON and back.

Field names are those of the dataclasses; dates are ISO 8601; what is not known is null. Decoding is strict:
a missing, unknown or wrongly typed field is a `ValueError` that names its path.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def encode(value: object) -> Json:
    """Turn a value into what `json.dumps` accepts."""
    if value is None or isinstance(value, str | int | float):
        return value
    kind: Any = type(value)
    if (names := _field_names(kind)) is not None:
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Name the fields of a dataclass; None for any other kind of value."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def decode(kind: type[T], data: Any) -> T:
    """Build a `kind` (a dataclass) from parsed JSON. Raises `ValueError` naming the path of what is wrong."""
    value: T = _decode(kind, data, "$")
    return value


def _decode(kind: Any, data: Any, path: str) -> Any:
    if isinstance(kind, NewType):
        return _decode(kind.__supertype__, data, path)
    origin = get_origin(kind)
    if origin is Literal:
        return _one_of(get_args(kind), data, path)
    if origin in (Union, types.UnionType):
        return _decode_optional(get_args(kind), data, path)
    if origin is tuple:
        return tuple(_decode(get_args(kind)[0], item, f"{path}[{i}]") for i, item in _items(data, path))
    if origin is Mapping:
        return _decode_mapping(get_args(kind), data, path)
    if is_dataclass(kind):
        return _decode_dataclass(kind, data, path)
    return _decode_plain(kind, data, path)


def _decode_optional(kinds: tuple[Any, ...], data: Any, path: str) -> Any:
    if data is None:
        return None
    [kind] = [k for k in kinds if k is not type(None)]
    return _decode(kind, data, path)


def _items(data: Any, path: str) -> enumerate[Any]:
    if not isinstance(data, list):
        raise ValueError(f"{path}: expected a list, found {type(data).__name__}")
    return enumerate(data)


def _decode_mapping(kinds: tuple[Any, ...], data: Any, path: str) -> dict[Any, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"{path}: expected an object, found {type(data).__name__}")
    key_kind, value_kind = kinds
    return {
        (int(key) if key_kind is int else key): _decode(value_kind, item, f"{path}.{key}")
        for key, item in data.items()
    }


def _decode_dataclass(kind: Any, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{path}: expected an object, found {type(data).__name__}")
    known = _hints(kind)
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ValueError(f"{path}: unknown field {unknown[0]!r}")
    missing = [f.name for f in fields(kind) if f.name not in data and _is_required(f)]
    if missing:
        raise ValueError(f"{path}: field {missing[0]!r} is missing")
    return kind(**{name: _decode(known[name], item, f"{path}.{name}") for name, item in data.items()})


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _one_of(allowed: tuple[Any, ...], data: Any, path: str) -> Any:
    if data not in allowed:
        raise ValueError(f"{path}: expected one of {', '.join(map(repr, allowed))}, found {data!r:.40}")
    return data


def _decode_plain(kind: Any, data: Any, path: str) -> Any:
    if kind in (date, datetime):
        try:
            return kind.fromisoformat(data)
        except (TypeError, ValueError):
            raise ValueError(f"{path}: expected an ISO 8601 {kind.__name__}, found {data!r:.40}") from None
    accepted = (int, float) if kind is float else kind
    if not isinstance(data, accepted) or (kind is not bool and isinstance(data, bool)):
        raise ValueError(f"{path}: expected {kind.__name__}, found {data!r:.40}")
    return data
