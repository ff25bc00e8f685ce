// ---- tables that scroll in themselves: the cell that answers comes into sight beside the first column, under the head

import { all, find } from "./base.js";

/**
 * Scrolls tables sideways to the words that answer, or else to the first that are marked as the best.
 * @param {ParentNode | null} scope
 */
export function showAnswers(scope) {
  for (const grid of all(".grid", scope)) {
    const mark = find("mark.answer", grid);
    const cell = mark?.closest("td, th");
    if (cell && !cell.matches(".stub")) showCell(grid, cell);
  }
}

/** @type {(grid: Element, cell: Element) => void} */
function showCell(grid, cell) {
  const scale = grid.currentCSSZoom ?? 1; // rectangles are in the window's pixels, scrolling in the grid's own
  const { left, right } = cell.getBoundingClientRect();
  const window = grid.getBoundingClientRect();
  const stub = find(".stub", cell.parentElement)?.getBoundingClientRect().width ?? 0;
  if (right <= window.right && left >= window.left + stub) return;
  const middle = (window.left + stub + window.right) / 2;
  grid.scrollLeft += ((left + right) / 2 - middle) / scale;
}

/**
 * Brings a row into sight inside its table. Returns how far the table's top is from that of `pane`, for other elements
 * infinitely far, in pixels of the window.
 * @param {Element} target
 * @param {Element} pane
 */
export function showRow(target, pane) {
  const grid = target.matches("tr") && target.closest(".grid");
  if (!grid) return Infinity;
  if (grid.scrollHeight > grid.clientHeight) {
    const head = find("thead", grid)?.getBoundingClientRect().height ?? 0;
    const lead = target.getBoundingClientRect().top - grid.getBoundingClientRect().top - 2 * head;
    grid.scrollTop += lead / (grid.currentCSSZoom ?? 1);
  }
  showAnswers(grid.parentElement);
  return grid.getBoundingClientRect().top - pane.getBoundingClientRect().top;
}
