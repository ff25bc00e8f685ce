// ---- a shared passage as a picture: drawn here, on light paper, from the file that the server makes of it

import { all, find, root } from "./base.js";

const WIDTH = 1080;
const MARGIN = 84;
const TALLEST = 14_000; // of a picture: beyond it some browsers draw nothing
const SIZES = [40, 34, 28]; // of a quote, in pixels: a longer one is set smaller
const INK = "#22201c";
const SOFT = "#6d675d";
const RED = "#a5372b";
const MARKS = { best: "#fbe9a9", answer: "#f5d058" };

const canvasOf = (height) => Object.assign(document.createElement("canvas"), { width: WIDTH, height });

/** Returns the picture of a shared file as PNG; null where its quote is too long for one. */
export async function draw(file) {
  const { linesOf } = await import("./line_breaks.js");
  await document.fonts.ready;
  for (const size of SIZES) {
    const sheet = layOut(file, size, linesOf);
    if (sheet.height <= TALLEST && (sheet.height <= 3 * WIDTH || size === SIZES.at(-1))) return paint(sheet);
  }
  return null;
}

function layOut(file, size, linesOf) {
  const style = getComputedStyle(root);
  const [serif, sans] = ["--serif", "--sans"].map((name) => style.getPropertyValue(name).trim());
  const measure = canvasOf(1).getContext("2d");
  const sheet = { drawn: [], height: MARGIN - 12 };
  const put = (pieces, font, { color = INK, leading = 1.6, left = MARGIN, width = WIDTH - left - MARGIN } = {}) => {
    measure.font = font;
    const step = Math.round(parseFloat(/(\d+)px/u.exec(font)[1]) * leading);
    for (const line of linesOf(pieces, width, (text) => measure.measureText(text).width)) {
      sheet.drawn.push({ line, font, color, left, top: sheet.height, step });
      sheet.height += step;
    }
  };
  const ours = (text, pixels, options = {}) => put([{ text }], `${options.weight ?? 400} ${pixels}px ${sans}`, options);
  const textOf = (selector) => find(selector, file)?.textContent.trim() ?? "";

  ours(textOf(".label"), 22, { color: SOFT });
  ours(textOf(".asked"), 32, { weight: 600 });
  if (find(".understood", file)) ours(textOf(".understood"), 24, { color: SOFT });
  sheet.height += 40;
  for (const paragraph of paragraphsOf(find("blockquote.quote", file))) {
    put(paragraph, `400 ${size}px ${serif}`, { leading: 1.8 });
    sheet.height += Math.round(size * 0.3);
  }
  sheet.height += 16;
  ours(textOf("cite"), 28, { color: RED });
  ours(textOf(".grade"), 24, { color: SOFT });
  if (find(".recognised", file)) ours(textOf(".recognised"), 24, { color: SOFT });
  sheet.height += 30;
  sheet.drawn.push({ rule: true, top: sheet.height });
  sheet.height += 26;
  const terms = [...all("dt", file)];
  measure.font = `400 22px ${sans}`;
  const left = MARGIN + 32 + Math.max(...terms.map((term) => measure.measureText(term.textContent).width));
  for (const term of terms) {
    const { height } = sheet;
    ours(term.textContent, 22, { color: SOFT });
    sheet.height = height;
    ours(term.nextElementSibling.textContent, 22, { left });
  }
  sheet.height += 14;
  ours(textOf(".proof > p"), 20, { color: SOFT });
  sheet.height += 14;
  ours(textOf("footer"), 20, { color: SOFT });
  sheet.height = Math.ceil(sheet.height + MARGIN - 24);
  return sheet;
}

/** Returns the paragraphs of a quote as pieces: text with its mark, or what shows that the source is broken here. */
function paragraphsOf(quote) {
  const paragraphs = [[]];
  const isTitle = quote.classList.contains("titleblock");
  const walk = (node, mark) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/[\r\n\t]+/gu, " "); // as a browser shows a quote
      if (text) paragraphs.at(-1).push({ text, mark });
      return;
    }
    if (node.classList.contains("gap")) return; // what divides cells: the space below does
    if (node.classList.contains("nul")) { paragraphs.at(-1).push({ text: "␀", mark }); return; }
    const isBlock = node.matches(".para, tr") || (isTitle && node.matches(".slice"));
    if (isBlock && paragraphs.at(-1).length) paragraphs.push([]);
    if (node.matches("td ~ td, td ~ th, th ~ th, th ~ td")) paragraphs.at(-1).push({ width: 48 });
    if ((!isTitle && node.matches(".slice ~ .slice")) || node.matches(".para.skips")) {
      paragraphs.at(-1).push({ width: 64, line: node.dataset.line });
    }
    const own = node.matches("mark.answer") ? "answer" : node.matches("mark") ? "best" : mark;
    for (const child of node.childNodes) walk(child, own);
  };
  for (const child of quote.childNodes) walk(child, "");
  return paragraphs.filter((pieces) => pieces.length);
}

function paint({ drawn, height }) {
  const canvas = canvasOf(height);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fffdf8";
  context.fillRect(0, 0, WIDTH, height);
  context.fillStyle = RED;
  context.fillRect(0, 0, 8, height);
  context.textBaseline = "middle";
  for (const one of drawn) {
    if (one.rule) {
      context.fillStyle = "#e3ddd0";
      context.fillRect(MARGIN, one.top, WIDTH - 2 * MARGIN, 2);
    } else paintLine(context, one);
  }
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}

function paintLine(context, { line, font, color, left, top, step }) {
  const middle = top + step / 2;
  const size = parseFloat(/(\d+)px/u.exec(font)[1]);
  let x = left;
  for (const piece of line) {
    if (piece.width) {
      if (piece.line) paintBreak(context, piece.line, x, middle, size);
      x += piece.width;
      continue;
    }
    context.font = font;
    const width = context.measureText(piece.text).width;
    if (piece.mark) {
      context.fillStyle = MARKS[piece.mark];
      context.fillRect(x, middle - size * 0.66, width, size * 1.32);
      context.fillStyle = piece.mark === "answer" ? INK : SOFT; // told apart without the colour, too
      const thick = piece.mark === "answer" ? 3 : 1;
      context.fillRect(x, middle + size * 0.66 - thick, width, thick);
    }
    context.fillStyle = color;
    context.fillText(piece.text, x, middle);
    x += width;
  }
}

/** Shows that the source is broken here, as a card does: a dotted line, and the number of the line where it goes on. */
function paintBreak(context, line, x, middle, size) {
  context.save();
  context.strokeStyle = RED;
  context.lineWidth = 2;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(x + 12, middle - size * 0.5);
  context.lineTo(x + 12, middle + size * 0.5);
  context.stroke();
  context.font = `400 18px ${getComputedStyle(root).getPropertyValue("--sans").trim()}`;
  context.fillStyle = SOFT;
  context.fillText(line, x + 20, middle);
  context.restore();
}
