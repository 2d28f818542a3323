"""Runs of words that may be the name of something: what stands between joining words and marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.topics.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A mark that ends a phrase; a blank and a hyphen inside a word do not.
_MARK = re.compile(r"""[^\w\s\-'’+#&]+|\s-+\s|--+|\.\s""")
_TOKEN = re.compile(r"[^\W_]+(?:[-'’&][^\W_]+)*[+#]*")
_LONGEST = 4

# Words a paper uses about itself, and claims it makes: they part phrases and never stand in a heading.
_TALK = frozenset(
    """
    able achieve achieved achieving actually address addresses addressing adopt advance advanced advances
    advancing aim aims allow allows analyse analyze analyzing apply applied applying approach approaches
    article assess assessing based best better beyond boost boosting bridge bridging bring build building
    built case challenge challenges challenging combine combining common compare compared comparing complex
    comprehensive conduct consider considering contribution create creating critical crucial current
    demonstrate demonstrated demonstrating demonstrates describe design designed designing develop developed
    developing different difference difficult discover discovering discuss diverse effective effectively
    effect effects efficient efficiently empirical employ emerging enable enables enabling end enhance
    enhanced enhancing ensure establish evaluate evaluated evaluating evaluation examine existing experiment
    experiments experimental explain explore explores exploring extend extending extensive facilitate fast
    faster find finding findings first focus focused framework frameworks full future gap general generally
    give given good help high higher highlight highly human-like identify identifying impact implement
    implementation important improve improved improvement improves improving include including incorporate
    increase increasing increasingly indicate inspired insight insights integrate integrating introduce
    introduced introducing investigate investigating investigation involve issue key known lack large-scale
    lead leading less leverage leveraging like limitation limitations limited low lower main major make makes
    making method methodology methods mitigating multiple name need needs new next novel number observe obtain
    obtained offer offering open optimize optimizing order outperform outperforms overview paper papers
    part particular perform performance performing potential powerful practical present presented presents
    previous problem problems produce promising proposal propose proposed proposes proposing provide provided
    provides providing question questions range recent recently reduce reducing related remain report
    require required requires research result results rethinking reveal revisiting robust role scalable
    second select several show showing shown shows significant significantly simple single small solution
    solutions solve solving specific state-of-the-art strong study studies studying suggest suggests support
    survey system-level tackle tackling take task tasks technique techniques test theoretical three toward
    towards understand understanding unified unlock unlocking unlike use used useful user-friendly uses using
    utilize utilizing valuable validate varied variety via view way ways well widely work works year years
    according additionally among amount area aspect bad big bigger case-study certain claim class clear close
    compare concept consist contain context-aware cost corresponding current-day day deep-dive define degree
    depend detail direction easy entire especially example exist fact factor feature features field final
    five follow following form four fundamental goal group growing hard idea ideal improvement instance
    introduction kind largely latest learn learned learns let level list literature little long look lot
    mean means mechanism metric module need non note notion novelty numerous offline-online often one ones
    outcome overall pair people perspective perspectives place plan play point position possible previously
    primary process processes property properties purpose quality rate rate reach real really regarding
    release remaining represent respectively review right run same sample scale scope set setting settings
    share side similar six so-called source standard start state step still strategy strategies subject
    success successful suitable sum superior systematic systems-level ten term terms thing thus time tool
    tools top total traditional true try turn type types typical underlying unique value variant version vital
    whole wide works world-wide worse zero evidence practice lesson lessons roadmap guide tutorial
    toolkit pipeline pipelines scenario scenarios application applications analysis analyses
    """.split()  # noqa: SIM905 - four hundred quoted words read worse
)


class Token:
    """A word of a chunk: the stems it is compared by and how it is written."""

    __slots__ = ("stem_list", "stems", "surface", "telling")

    def __init__(self, surface: str) -> None:
        words = words_of(surface)
        self.surface = surface
        self.stem_list = tuple(word.stem for word in words)
        self.stems = " ".join(self.stem_list)
        plain = surface.casefold()
        self.telling = (
            bool(words)
            and any(word.says_something for word in words)
            and plain not in _TALK
            and not plain.isdigit()
            and "'" not in plain
            and "’" not in plain
        )


Chunk = tuple[Token, ...]
# A phrase where it stands: the chunk, its first word and the one after its last.
Occurrence = tuple[Chunk, int, int]


def chunks_of(text: str) -> list[Chunk]:
    """Cut a text at marks, joining words and words a paper uses about itself."""
    chunks = []
    for piece in _MARK.split(text):
        run: list[Token] = []
        for surface in _TOKEN.findall(piece):
            token = _token(surface)
            if token.telling:
                run.append(token)
            elif run:
                chunks.append(tuple(run))
                run = []
        if run:
            chunks.append(tuple(run))
    return chunks


def phrases_in(chunk: Chunk) -> Iterator[tuple[str, Occurrence]]:
    """Give each phrase of a chunk by its stems."""
    for start in range(len(chunk)):
        key = ""
        for end in range(start + 1, min(start + _LONGEST, len(chunk)) + 1):
            key = f"{key} {chunk[end - 1].stems}" if key else chunk[start].stems
            yield key, (chunk, start, end)


def written(occurrence: Occurrence) -> str:
    """Spell an occurrence as its paper does."""
    chunk, start, end = occurrence
    return " ".join([token.surface for token in chunk[start:end]])


@lru_cache(maxsize=50_000)
def _token(surface: str) -> Token:
    return Token(surface)
