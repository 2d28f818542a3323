"""The catalogues: complete, in step with code and templates, and compiled."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.plurals import PLURALS

from newsletter.rendering import languages
from newsletter.rendering.catalogues import TEMPLATE, catalogue_files, read_catalogue, renewed, texts_of
from newsletter.rendering.wording import words_in

FILES = catalogue_files()
LANGUAGES = [path.parts[-3] for path in FILES]
PLACEHOLDER = re.compile(r"%\(\w+\)s|%")
RENEW = "run: python -m newsletter.rendering.catalogues"
NUMBERS = range(301)

every_catalogue = pytest.mark.parametrize("path", FILES, ids=LANGUAGES)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def key_of(message: Message) -> tuple[object, ...]:
    return message.context, message.id


def numbers_by_form(language: str) -> dict[int, list[int]]:
    catalogue = words_in(language).catalogue
    chosen: dict[int, list[int]] = {}
    for number in NUMBERS:
        chosen.setdefault(catalogue.plural(number), []).append(number)  # type: ignore[attr-defined]
    return chosen


def test_what_ships_is_the_source_language_and_every_catalogue() -> None:
    assert sorted(languages.SHIPPED) == sorted([*LANGUAGES, languages.SOURCE])
    assert len(LANGUAGES) >= 2


def test_no_message_of_code_and_templates_is_missing_in_the_files_and_none_is_left_over() -> None:
    for path, content in renewed():
        if path.suffix != ".mo":
            assert messages_of(content) == messages_of(path.read_bytes()), f"{path.name}: {RENEW}"


def messages_of(po: bytes) -> bytes:
    """What follows the head, which names the version of Babel."""
    return po.partition(b"\n\n")[2]


def test_the_template_holds_the_messages_of_both_code_and_templates() -> None:
    ids = [message.id for message in messages(read_catalogue(TEMPLATE))]
    assert ("%(num)s paper", "%(num)s papers") in ids
    assert "Unsubscribe" in ids


@every_catalogue
def test_the_compiled_catalogue_says_what_its_source_says(path: Path, tmp_path: Path) -> None:
    [fresh] = [content for file, content in renewed() if file == path.with_suffix(".mo")]
    (tmp_path / "fresh.mo").write_bytes(fresh)
    both = []
    for file in (path.with_suffix(".mo"), tmp_path / "fresh.mo"):
        with file.open("rb") as stream:
            compiled = gettext.GNUTranslations(stream)
        said = {key: text for key, text in vars(compiled)["_catalog"].items() if key}
        both.append((said, [compiled.plural(number) for number in NUMBERS]))  # type: ignore[attr-defined]
    assert both[0] == both[1], RENEW


@every_catalogue
def test_every_message_is_translated_and_none_is_doubtful(path: Path) -> None:
    catalogue = read_catalogue(path)
    assert not catalogue.fuzzy
    assert [
        message.id for message in messages(catalogue) if message.fuzzy or not all(texts_of(message.string))
    ] == []
    assert {key_of(m) for m in messages(catalogue)} == {key_of(m) for m in messages(read_catalogue(TEMPLATE))}


@every_catalogue
def test_every_form_of_a_plural_is_there_and_is_asked_for(path: Path) -> None:
    catalogue = read_catalogue(path)
    asked = numbers_by_form(path.parts[-3])
    assert set(asked) == set(range(catalogue.num_plurals))
    assert catalogue.num_plurals == PLURALS[path.parts[-3]][0]
    for message in messages(catalogue):
        if message.pluralizable:
            assert len(texts_of(message.string)) == catalogue.num_plurals, message.id


@every_catalogue
def test_placeholders_are_those_of_the_original(path: Path) -> None:
    """A form that stands for one number alone (or for none) may say the number in words."""
    asked = numbers_by_form(path.parts[-3])
    for message in messages(read_catalogue(path)):
        originals = texts_of(message.id)
        wanted = sorted(PLACEHOLDER.findall(originals[-1]))
        for number, form in enumerate(texts_of(message.string)):
            found = sorted(PLACEHOLDER.findall(form))
            if message.pluralizable and len(asked[number]) == 1 and "%(num)s" not in found:
                found = sorted([*found, "%(num)s"])
            assert found == wanted, f"{originals[0]!r}: {form!r}"


@every_catalogue
def test_a_catalogue_says_that_no_native_speaker_has_reviewed_it(path: Path) -> None:
    assert "NOT REVIEWED by a native speaker" in str(read_catalogue(path).header_comment)


def test_the_arabic_plural_follows_the_rule_of_cldr() -> None:
    """Babel's own default takes 100 to 102 for what CLDR gives to 11 to 99."""
    words = words_in("ar")
    names = ("zero", "one", "two", "few", "many", "other")
    for number in NUMBERS:
        form = words.catalogue.plural(number)  # type: ignore[attr-defined]
        assert names[form] == words.locale.plural_form(number), number
