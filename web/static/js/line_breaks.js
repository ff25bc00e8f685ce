// ---- lines of text where no browser breaks them, on a canvas: Chinese by its rules (kinsoku), other words as wholes.
// It imports nothing.

const NO_START = /^[、。，．；：！？）〕】》〉」』”’…—～·％‰℃）］｝,.;:!?)\]}%]$/u; // none of these begins a line
const NO_END = /^[（〔【《〈「『“‘（［｛([{]$/u; // none of these ends one
const WIDE = /^[\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3100-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{1f000}-\u{3ffff}“”‘’…—·]/u;

const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("zh", { granularity: "grapheme" }) : null;

/** Returns what a reader takes for single characters: an emoji or a letter with its accents is one. */
export const graphemes = (text) => (segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text]);

/** Returns whether a line may end between two characters. */
export function mayBreak(before, after) {
  if (/^\s/u.test(before)) return true;
  if (/^\s/u.test(after) || NO_START.test(after) || NO_END.test(before)) return false;
  return WIDE.test(before) || WIDE.test(after);
}

/**
 * Returns the lines of some pieces, `{ text, ... }` each, as lists of pieces with the same further properties. A piece with
 * a `width` is one thing that is never divided. `widthOf` measures a text.
 */
export function linesOf(pieces, width, widthOf) {
  const cells = pieces.flatMap((piece) => (piece.width ? [piece] : graphemes(piece.text).map((text) => ({ ...piece, text }))));
  const lines = [[]];
  let used = 0;
  for (const word of wordsOf(cells)) {
    const isWhole = visible(word, widthOf) <= width; // an address, say, is broken anywhere
    for (const part of isWhole ? [word] : word.map((cell) => [cell])) {
      const own = widthOfAll(part, widthOf);
      if (used && used + visible(part, widthOf) > width + 0.01) {
        lines.push([]);
        used = 0;
      }
      if (!used && lines.length > 1 && /^\s+$/u.test(part[0].text ?? "")) continue; // no blank begins a line
      lines.at(-1).push(...part);
      used += own;
    }
  }
  return lines.map(joined);
}

function wordsOf(cells) {
  const words = [];
  cells.forEach((cell, index) => {
    const before = cells[index - 1];
    const isNew = !before || before.width || cell.width || mayBreak(before.text, cell.text);
    if (isNew) words.push([cell]); else words.at(-1).push(cell);
  });
  return words;
}

const widthOfAll = (cells, widthOf) => joined(cells).reduce((sum, piece) => sum + (piece.width ?? widthOf(piece.text)), 0);

/** Returns the width without a blank at the end, which may stand outside a line. */
const visible = (cells, widthOf) => widthOfAll(/^\s+$/u.test(cells.at(-1).text ?? "") ? cells.slice(0, -1) : cells, widthOf);

/** Joins neighbours that differ in their text alone. */
function joined(cells) {
  const out = [];
  const kind = (piece) => JSON.stringify({ ...piece, text: "" });
  for (const cell of cells) {
    const last = out.at(-1);
    if (last && !cell.width && !last.width && kind(last) === kind(cell)) last.text += cell.text;
    else out.push({ ...cell });
  }
  return out;
}
