"""Programs that print a text to PDF: each function writes the items as a variant wants them, where it can."""

from __future__ import annotations

import html
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.printed_texts import CONTENTS, WATERMARK, Item, Variant, lead
from benchmarks.printer_odt import flat_odt
from benchmarks.printer_reportlab import reportlab

_SECONDS = 180


class Missing(Exception):
    """A program is not installed."""


def run(command: Sequence[str | Path], folder: Path) -> None:
    """Run a program in a folder. Raises Missing if there is none."""
    if shutil.which(str(command[0])) is None:
        raise Missing(str(command[0]))
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {(done.stdout + done.stderr)[-800:].decode(errors='replace')}")


def _html(items: Sequence[Item], variant: Variant, *, is_paged: bool) -> str:
    """`is_paged`: the program knows `string-set`, `float: footnote` and `target-counter`."""
    width, height = variant.paper
    lang = "zh" if variant.is_chinese else "en"
    gap = "text-indent: 2em; margin: 0" if variant.indented else "margin: 0 0 .8em"
    head = "string(section)" if is_paged else '"岚河诸镇文献"' if variant.is_chinese else '"The Lanhe Valley"'
    boxes = f"@top-center {{ content: {head}; font-size: 9pt }}" if variant.heads else ""
    boxes += "@bottom-center { content: counter(page); font-size: 9pt }" if variant.numbers else ""
    style = f"""
@page {{ size: {width}mm {height}mm; margin: 22mm 20mm; {boxes} }}
@page :first {{ @top-center {{ content: none }} }}
body {{ font: {variant.size}pt/1.6 "Noto Serif CJK SC", serif; margin: 0; hyphens: auto;
  text-align: {"justify" if variant.justified else "left"} }}
p {{ {gap} }} .quote {{ margin: .6em 2em; text-indent: 0; font-size: .95em }}
.item {{ margin-left: 2em; text-indent: -1.5em }} .caption {{ text-align: center; text-indent: 0; font-size: .9em }}
h1 {{ font-size: 1.9em; text-align: center }} h2 {{ font-size: 1.4em; string-set: section content() }}
h3 {{ font-size: 1.15em }} h1, h2, h3 {{ break-after: avoid; line-height: 1.3 }}
.columns {{ columns: {variant.columns}; column-gap: 8mm }} .title {{ break-after: page; padding-top: 60mm }}
.contents p {{ text-indent: 0; margin: 0 }} .contents a {{ color: inherit; text-decoration: none }}
.contents a::after {{ content: leader(".") target-counter(attr(href), page) }}
.dots {{ float: right }} .contents {{ break-after: page }} .note {{ float: footnote; font-size: 8.5pt; text-indent: 0 }}
.mark {{ position: fixed; top: 45%; left: 15%; font-size: 48pt; color: rgba(0,0,0,.15); transform: rotate(-40deg) }}
"""
    title, *rest = items
    parts = [f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>a</title><style>{style}</style><body>']
    if variant.watermark:
        parts.append(f'<div class="mark">{WATERMARK[variant.is_chinese]}</div>')
    parts.append(f"<h1{' class=title' if variant.title_page else ''}>{html.escape(title.text)}</h1>")
    heads = [(f"h{number}", item) for number, item in enumerate(rest) if item.level]
    if variant.contents:
        parts.append(f'<div class="contents"><p>{CONTENTS[variant.is_chinese]}</p>')
        for number, (name, item) in enumerate(heads):
            page = "" if is_paged else f'<span class="dots">{3 + number // 2}</span>'
            parts.append(f'<p><a href="#{name}">{html.escape(item.text)}</a>{page}</p>')
        parts.append("</div>")
    parts.append('<div class="columns">')
    for number, item in enumerate(rest):
        if item.level:
            parts.append(f'<h{item.level} id="h{number}">{html.escape(item.text)}</h{item.level}>')
            continue
        bold, before = map(html.escape, lead(item, variant))
        note = f'<span class="note">{html.escape(item.note)}</span>' if item.note and is_paged else ""
        after = html.escape(item.halves[1]) if item.note else ""
        parts.append(f'<p class="{item.kind}">{f"<b>{bold}</b>" if bold else ""}{before}{note}{after}</p>')
    return "\n".join([*parts, "</div></body></html>"])


def chromium(items: Sequence[Item], variant: Variant, folder: Path, _: str) -> bytes:
    (folder / "a.html").write_text(_html(items, variant, is_paged=False))
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/u")
    run(["chromium", *options, f"--print-to-pdf={folder}/a.pdf", f"file://{folder}/a.html"], folder)
    return (folder / "a.pdf").read_bytes()


def weasyprint(items: Sequence[Item], variant: Variant, folder: Path, python: str) -> bytes:
    (folder / "a.html").write_text(_html(items, variant, is_paged=True))
    tags = ["--pdf-tags"] if len(variant.name) % 2 else []
    run([python, "-m", "weasyprint", *tags, "a.html", "a.pdf"], folder)
    return (folder / "a.pdf").read_bytes()


_TYPST_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\#*_$@<>`~=-+/[]\"'"})


def _typst(text: str) -> str:
    escaped = text.translate(_TYPST_SPECIAL)
    return escaped[:1] + escaped[1:] if not escaped[:1].isdigit() else f"#[{escaped[0]}]{escaped[1:]}"


def typst(items: Sequence[Item], variant: Variant, folder: Path, python: str) -> bytes:
    width, height = variant.paper
    title, *rest = items
    head = (
        "header: context { let h = query(selector(heading).before(here())); if h.len() > 0 { align(center, "
        "text(9pt, h.last().body)) } },"
        if variant.heads
        else ""
    )
    mark = f"background: rotate(-40deg, text(48pt, fill: rgb(0, 0, 0, 40))[{WATERMARK[variant.is_chinese]}]),"
    gap = "first-line-indent: (amount: 2em, all: true), spacing: 0.8em" if variant.indented else "spacing: 1.6em"
    parts = [
        f"#set page(width: {width}mm, height: {height}mm, margin: 20mm, {head} {mark if variant.watermark else ''}"
        f"numbering: {'none' if not variant.numbers else chr(34) + ('i' if variant.roman else '1') + chr(34)})",
        f'#set text(font: ("New Computer Modern", "Noto Serif CJK SC"), size: {variant.size}pt, '
        f'lang: "{"zh" if variant.is_chinese else "en"}", hyphenate: {str(variant.justified).lower()})',
        f"#set par(justify: {str(variant.justified).lower()}, leading: 0.8em, {gap})",
        f"#align(center)[#text(20pt)[#heading(level: 1)[{_typst(title.text)}]]]",
    ]
    parts += ["#pagebreak()"] if variant.title_page else []
    parts += [f"#outline(title: [{CONTENTS[variant.is_chinese]}])\n#pagebreak()"] if variant.contents else []
    parts += ['#set page(numbering: "1")\n#counter(page).update(1)'] if variant.roman and variant.numbers else []
    parts += [f"#columns({variant.columns}, gutter: 8mm)["] if variant.columns > 1 else []
    for item in rest:
        if item.level:
            parts.append(f"#heading(level: {item.level})[{_typst(item.text)}]")
            continue
        bold, before = lead(item, variant)
        words = (f"#strong[{_typst(bold)}]" if bold else "") + _typst(before)
        words += f"#footnote[{_typst(item.note)}]{_typst(item.halves[1])}" if item.note else ""
        around = {"quote": "#quote(block: true)", "caption": "#align(center)"}.get(item.kind, "")
        parts.append(f"{around}[{words}]" if around else words)
    parts += ["]"] if variant.columns > 1 else []
    (folder / "a.typ").write_text("\n\n".join(parts))
    program = "import sys, typst; typst.compile('a.typ', output='a.pdf')"
    run([python, "-c", program], folder)
    return (folder / "a.pdf").read_bytes()


_TEX_SPECIAL = str.maketrans(
    {
        **{c: f"\\{c}" for c in "#$%&_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def xelatex(items: Sequence[Item], variant: Variant, folder: Path, _: str) -> bytes:
    width, height = variant.paper
    title, *rest = items
    kind = "ctexart" if variant.is_chinese else "article"
    options = ["titlepage"] * variant.title_page + ["twocolumn"] * (variant.columns == 2)
    size = {9: "", 10: "10pt", 10.5: "10pt", 11: "11pt", 12: "12pt"}[variant.size]
    ctex = "fontset=none,heading=true," if variant.is_chinese else ""
    parts = [
        rf"\documentclass[{ctex}{','.join(filter(None, [size, *options]))}]{{{kind}}}",
        rf"\usepackage[paperwidth={width}mm,paperheight={height}mm,margin=20mm]{{geometry}}",
        r"\usepackage{fancyhdr,multicol,eso-pic,graphicx,xcolor}\setcounter{secnumdepth}{0}",
        r"\setCJKmainfont{Noto Serif CJK SC}\setCJKsansfont{Noto Sans CJK SC}" if variant.is_chinese else "",
        r"\pagestyle{fancy}\fancyhf{}",
        r"\fancyhead[L]{\small\leftmark}" if variant.heads else r"\renewcommand{\headrulewidth}{0pt}",
        r"\fancyfoot[C]{\thepage}" if variant.numbers else r"\pagestyle{empty}" if not variant.heads else "",
        r"\raggedright" if not variant.justified else "",
        r"\setlength{\parindent}{2em}" if variant.indented else r"\setlength{\parindent}{0pt}\setlength{\parskip}{8pt}",
        r"\AddToShipoutPictureBG{\AtPageCenter{\makebox(0,0){\rotatebox{40}{\textcolor[gray]{.8}{\fontsize{48}{50}"
        + rf"\selectfont {WATERMARK[variant.is_chinese]}"
        + "}" * 5
        if variant.watermark
        else "",
        r"\begin{document}",
        rf"\title{{{title.text}}}\author{{}}\date{{}}\maketitle",
        r"\pagenumbering{roman}" if variant.roman else "",
        r"\tableofcontents\clearpage" if variant.contents else "",
        r"\clearpage\pagenumbering{arabic}" if variant.roman else "",
        rf"\begin{{multicols}}{{{variant.columns}}}" if variant.columns > 2 else "",
    ]
    for item in rest:
        if item.level:
            name = {2: "section", 3: "subsection"}.get(item.level, "section")
            parts.append(rf"\{name}{{{item.text.translate(_TEX_SPECIAL)}}}")
            if variant.heads and item.level == 2:
                parts.append(rf"\markboth{{{item.text.translate(_TEX_SPECIAL)}}}{{}}")
            continue
        bold, before = (words.translate(_TEX_SPECIAL) for words in lead(item, variant))
        words = (rf"\textbf{{{bold}}}" if bold else "") + before
        words += rf"\footnote{{{item.note}}}{item.halves[1].translate(_TEX_SPECIAL)}" if item.note else ""
        around = {"quote": "quote", "caption": "center"}.get(item.kind)
        parts.append(rf"\begin{{{around}}}{words}\end{{{around}}}" if around else words)
    parts += [r"\end{multicols}"] if variant.columns > 2 else []
    (folder / "a.tex").write_text("\n\n".join([*parts, r"\end{document}"]))
    for _run in range(2 if variant.contents or variant.heads else 1):
        run(["xelatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"], folder)
    return (folder / "a.pdf").read_bytes()


def libreoffice(items: Sequence[Item], variant: Variant, folder: Path, _: str) -> bytes:
    """Of the variants, those with notes are tagged."""
    (folder / "a.fodt").write_text(flat_odt(items, variant))
    tagged = f'{{"UseTaggedPDF":{{"type":"boolean","value":"{str(variant.notes).lower()}"}}}}'
    to = ("--convert-to", f"pdf:writer_pdf_Export:{tagged}")
    run(["soffice", f"-env:UserInstallation=file://{folder}/u", "--headless", *to, "a.fodt"], folder)
    return (folder / "a.pdf").read_bytes()


PRINTERS: dict[str, Callable[[Sequence[Item], Variant, Path, str], bytes]] = {
    "chromium": chromium,
    "libreoffice": libreoffice,
    "reportlab": reportlab,
    "typst": typst,
    "weasyprint": weasyprint,
    "xelatex": xelatex,
}
"""Each takes the items, the variant, a folder of its own, and the Python that has typst and WeasyPrint."""
NO_NOTES = ("chromium", "reportlab")
"""Those that cannot set footnotes."""
