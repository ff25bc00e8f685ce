"""The style of a report in HTML: calm on the screen, and on paper too."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #22201c; --soft: #6d675d; --line: #d9d2c3; --paper: #fffdf8;
  --good: #2e6b4a; --bad: #a5372b; --mark: #fbe9a9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e4d8; --soft: #a19a8b; --line: #3a372f; --paper: #201f1b;
  --good: #8fc7a6; --bad: #e58a76; --mark: #5b4b12; } }
body { max-width: 46em; margin: 2em auto; padding: 0 1em; color: var(--ink); background: var(--paper);
  font: 15px/1.7 "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 22px; } h2 { font-size: 15px; margin: 0 0 8px; }
.where { color: var(--soft); font-weight: 400; margin-inline-end: .6em; }
article { margin: 16px 0; padding: 12px 16px; border: 1px solid var(--line); border-inline-start: 4px solid var(--soft);
  border-radius: 6px; break-inside: avoid; }
article :is(p, blockquote) { margin: 4px 0; }
.exact, .crosses, .level { border-inline-start-color: var(--good); }
.altered, .misattributed { border-inline-start: 4px double var(--bad); }
:is(.exact, .crosses, .level) .verdict { color: var(--good); }
:is(.altered, .misattributed) .verdict { color: var(--bad); }
.label, .proof, footer { color: var(--soft); font-size: 12px; }
.quoted { white-space: pre-wrap; } blockquote { white-space: pre-wrap;
  font: 16px/1.9 "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; }
del { text-decoration: line-through 2px; } ins { background: var(--mark); text-decoration: underline double 1px; }
.cite { color: var(--bad); }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #999; --paper: #fff; --good: #1d4a33;
  --bad: #7c2218; --mark: #eee; } body { margin: 0; max-width: none; font-size: 10.5pt; }
  blockquote { font-size: 11pt; } }
"""
