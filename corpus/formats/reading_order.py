"""The order in which the shapes of a slide are read."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

Box = tuple[float, float, float]
"""Top, left edge and height of a shape, in one unit."""


def in_order(boxes: Iterable[tuple[Box, etree._Element]]) -> list[etree._Element]:
    """Return shapes from above, and those that stand beside each other from the left.

    A shape stands beside the first of a row if its middle is level with it.
    """
    rows: list[list[tuple[Box, etree._Element]]] = []
    for box, shape in sorted(boxes, key=lambda one: one[0][:2]):
        top, _, height = rows[-1][0][0] if rows else (0, 0, 0)
        if rows and (box[0] + box[2] / 2 < top + height or box[0] <= top):
            rows[-1].append((box, shape))
        else:
            rows.append([(box, shape)])
    return [shape for row in rows for _, shape in sorted(row, key=lambda one: (one[0][1], one[0][0]))]
