"""Parts of like papers, as many as the papers themselves ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS = 6  # more would be noise of floating point
_SAME = 0.5  # parts no farther apart than this are one: a paper and its twin
# Parts that Ward's measure puts farther apart than this, times the fourth root of the number of papers, are
# different topics. The measure grows with the sizes of both parts, hence the root.
_APART = 0.64


def partition(likeness: Any, parts: int) -> list[tuple[int, ...]]:
    """Cut papers into parts of like ones (Ward, 1963), at most one part per paper."""
    return [leaves(node) for node in _cut(tree_of(likeness), most=parts, apart=_SAME)]


def natural_parts(likeness: Any, *, most: int, fewest: int) -> list[Any]:
    """Cut papers into parts that are clearly apart, `most` at most; each is a node of the tree. What would
    leave only parts of less than `fewest` papers stays whole."""
    apart = max(_SAME, _APART * len(likeness) ** 0.25)
    return _cut(tree_of(likeness), most=most, apart=apart, fewest=fewest)


def tree_of(likeness: Any) -> Any:
    """Join papers two by two, the nearest first."""
    import numpy as np  # noqa: PLC0415 - numpy and scipy take a fifth of a second
    from scipy.cluster.hierarchy import linkage, to_tree  # noqa: PLC0415

    own = np.diag(likeness)
    squares = own[:, None] + own[None, :] - 2 * likeness
    distances = np.round(np.sqrt(np.maximum(squares, 0)), _DIGITS)
    return to_tree(linkage(distances[np.triu_indices(len(own), 1)], "ward"))


def leaves(node: Any) -> tuple[int, ...]:
    """Give the papers under a node."""
    return tuple(sorted(node.pre_order()))


def _cut(root: Any, *, most: int, apart: float, fewest: int = 1) -> list[Any]:
    """Undo the highest joins until there are enough parts, or none that are so far apart."""
    nodes = [root]
    whole: list[Any] = []
    while nodes and len(nodes) + len(whole) < most:
        highest = max(nodes, key=lambda node: (node.dist, node.id))
        if highest.is_leaf() or highest.dist <= apart:
            break
        nodes.remove(highest)
        if max(highest.left.count, highest.right.count) < fewest:
            whole.append(highest)
        else:
            nodes += [highest.left, highest.right]
    return nodes + whole


def nearness(member: int, members: Sequence[int], likeness: Any) -> float:
    """Say how alike a paper is to some others on average; 0 if there are none."""
    others = [n for n in members if n != member]
    return float(likeness[member, others].mean()) if others else 0.0


def cohesion(members: Sequence[int], likeness: Any) -> float:
    """Say how alike two of some papers are on average."""
    return sum(nearness(n, members, likeness) for n in members) / len(members)
