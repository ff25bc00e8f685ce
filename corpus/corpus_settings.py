"""The settings of `corpus/`: every number there that changes a result or a limit (`corpus/configuration.py`)."""

from __future__ import annotations

from corpus.configuration import Group, setting


class ParserSettings(Group, section="parser", affects="parser"):
    """How the parser judges lines: what is a heading, a title block, boilerplate."""

    longest_heading: int = setting(40, "characters", "A longer line is a sentence, no heading.")
    longest_heading_in_series: int = setting(
        64, "characters", "Among other headings of its kind a heading may be as long as this."
    )
    longest_number: int = setting(80, "characters", "Of a line's beginning that are searched for its number.")
    longest_document_title: int = setting(
        120, "characters", "A longer line is not the title of a notice or a judicial interpretation."
    )
    longest_title: int = setting(60, "characters", "A longer line is not the title of a work.")
    longest_contents_entry: int = setting(200, "characters", "Of an entry of a table of contents, its dots included.")
    navigation_lines: int = setting(45, "lines", "Before the text, in which a page's navigation may stand.", ge=0)
    publication_lines: int = setting(12, "lines", "At both ends, in which a text says where it was published.", ge=0)
    longest_link: int = setting(20, "characters", "Of the name of a link of a page.")
    longest_line_in_tail: int = setting(60, "characters", "Of a line under 责任编辑 or 相关链接.")
    nested_series: int = setting(3, "series", "Of one style, open at a time.")
    gap_in_series: int = setting(3, "numbers", "That may be missing in a numbered series.", ge=0)
    longest_run_in_heading: int = setting(45, "characters", "Of a sentence that opens a paragraph and is its heading.")
    longest_dash_heading: int = setting(
        36, "characters", "Of a sentence after —— that is the heading of its paragraph."
    )
    title_block_lines: int = setting(8, "lines", "Of a title block, the title included.")
    lines_over_title: int = setting(12, "lines", "That may stand over a title.", ge=0)
    longest_english_title: int = setting(140, "characters", "Of a title in an alphabet.")
    gap_between_articles: int = setting(3, "numbers", "That may be missing between two articles on one line.", ge=0)
    long_line: int = setting(500, "characters", "A longer line may be a text that lost its line ends.")
    head_lines: int = setting(8, "lines", "In which a title block on one line is looked for.")
    prose: int = setting(20, "characters", "From which a line is a paragraph rather than a title.")
    english_prose: int = setting(60, "characters", "The same for text in an alphabet.")
    fewest_short_headings: int = setting(3, "headings", "Short lines alike, from which they are headings.")
    longest_article_name: int = setting(12, "characters", "Of the name of an article: 定义, 缔约方会议.")
    longest_broken_piece: int = setting(60, "characters", "Of a piece that a link or formula broke off a paragraph.")
    fewest_lines_of_a_width: int = setting(5, "lines", "Of one length, that show a width.")
    lines_below_title: int = setting(8, "lines", "Below a title, in which the body of a work begins.")
    alike_title_start: int = setting(4, "characters", "That the titles of two works of one kind begin with.")
    facts_lines: int = setting(20, "lines", "At the beginning of a work, in which date and author are looked for.")
    longest_facts_line: int = setting(100, "characters", "A longer line in front of a work is prose.")
    shown_in_template: int = setting(40, "characters", "Of a heading that an edition template shows.")
    deepest_section: int = setting(40, "levels", "Of sections inside each other; deeper ones stand beside each other.")
    longest_value: int = setting(
        2000, "characters", "Of the line or the words that an edition takes as a title or name."
    )
    near_year: int = setting(40, "characters", "Before and after a number, that show whether it is a year.")
    longest_numeral: int = setting(99, "characters", "Of a run of Chinese digits that is read as a number.")


PARSER = ParserSettings.read()


class EncodingSettings(Group, section="encoding", affects="parser"):
    """How the encoding of a file is guessed."""

    first_level: float = setting(
        0.7,
        "share",
        "Of the characters that are not ASCII: those of the first level of a national standard.",
        ge=0,
        le=1,
    )
    first_level_in_pairs: float = setting(
        0.4, "share", "The same, where bytes beyond ASCII come in pairs, as letters with accents do not.", ge=0, le=1
    )
    doubled: float = setting(0.7, "share", "Of the bytes beyond ASCII that stand beside another one.", ge=0, le=1)
    reads_as_chinese: float = setting(
        0.35,
        "share",
        "Common characters among those that are not ASCII: prose has 0.5 to 0.7, a wrong reading below 0.15.",
        ge=0,
        le=1,
    )
    sample: int = setting(200_000, "bytes", "Of a file that are judged.")


ENCODING = EncodingSettings.read()


class DocumentsSettings(Group, section="documents"):
    """What a document is called."""

    longest_name: int = setting(255, "bytes", "Of UTF-8 of a new document's name; the rest is cut off.", ge=1)


DOCUMENTS = DocumentsSettings.read()


class FormatsSettings(Group, section="formats", affects="parser"):
    """What a file may hold, and how formats other than PDF are read."""

    most_bytes: int = setting(256 << 20, "bytes", "Of a file.")
    most_unpacked: int = setting(512 << 20, "bytes", "That a ZIP file (DOCX, EPUB) unpacks to.")
    most_part: int = setting(64 << 20, "bytes", "Of one XML or HTML part; lxml needs some ten times that.")
    highest_ratio: int = setting(
        200,
        "bytes per byte",
        "Unpacked for each byte of a ZIP file: text packs 3 to 20 times, a bomb a thousand times.",
    )
    small: int = setting(16 << 20, "bytes", "Unpacked, up to which the ratio does not matter.")
    most_parts: int = setting(20_000, "files", "In a ZIP file.")
    most_pages: int = setting(20_000, "pages", "Of a PDF.")
    most_characters: int = setting(40_000_000, "characters", "Of extracted text; the Bible in Chinese has one million.")
    docx_depth: int = setting(20, "levels", "Of tables in tables, and text boxes in text boxes.")
    docx_longest_cell: int = setting(400, "characters", "A table with a longer cell only sets out the page.")
    docx_longest_number: int = setting(64, "characters", "Of the pattern of an automatic number.")
    docx_list_levels: int = setting(9, "levels", "Of an automatic list; Word has nine.")
    docx_highest_number: int = setting(99_999, "numbers", "That an automatic list counts to.")
    docx_style_depth: int = setting(20, "levels", "Of styles that are based on each other.")
    epub_contents_depth: int = setting(10, "levels", "Of a table of contents.")
    epub_title_lines: int = setting(3, "lines", "After the place of a chapter, among which its title is looked for.")
    form_rows: int = setting(40, "rows", "Of a table of names and values that make one paragraph.")
    table_columns: int = setting(100, "columns", "Up to which a merged cell of a table is spread.")
    table_merged: int = setting(50_000, "cells", "That the merged cells of a table cover.")
    table_heads: int = setting(4, "rows", "In the head of a table that the format does not mark, at most.")
    html_longest_cell: int = setting(200, "characters", "A table with longer cells lays out a page.")
    csv_sample: int = setting(8_000, "characters", "Of a CSV file, from which its dialect is told.", ge=1)
    csv_alike: float = setting(
        0.9,
        "share",
        "Of the rows with as many cells, from which a CSV file is a table though most of its rows end as sentences.",
        ge=0,
        le=1,
    )
    odf_depth: int = setting(100, "elements", "Of OpenDocument inside each other.", ge=1)
    rtf_depth: int = setting(5_000, "groups", "Of RTF inside each other.", ge=1)
    sheet_cells: int = setting(2_000_000, "cells", "Of a workbook, those inside merged cells included.")
    sheet_columns: int = setting(1_024, "cells", "Of a row that repeat one text, as OpenDocument may say it.", ge=1)
    sheet_sample: int = setting(50, "rows", "Of a table, whose cells show which columns are numbers.", ge=1)
    sheet_figures: float = setting(
        0.6, "share", "Of a column's cells that are numbers, from which it is a column of numbers.", ge=0, le=1
    )
    sheet_head_rows: int = setting(4, "rows", "Of the head of a table, at most.", ge=1)
    sheet_whole_digits: int = setting(15, "digits", "Of a whole number in a cell without a format, all shown.")
    sheet_digits: int = setting(11, "digits", "Of a number in a cell without a number format, as Excel shows it.", ge=1)
    xml_head: int = setting(65_536, "bytes", "Of an XML part, in which its document type stands.", ge=1)
    subtitle_pause: float = setting(2.0, "seconds", "Between cues of one paragraph, at most.", ge=0)
    subtitle_paragraph: int = setting(300, "characters", "From which a paragraph of subtitles ends with its cue.", ge=1)
    html_hidden: int = setting(
        2000, "characters", "Or elements, of what a page hides, that are looked at to tell text from labels."
    )
    html_pre_lines: int = setting(200, "lines", "Of <pre> that are one paragraph.")
    html_depth: int = setting(2000, "elements", "Inside each other.")
    html_link_share: float = setting(
        0.75, "share", "Of a list's characters in links, from which it is navigation.", ge=0, le=1
    )
    html_main_share: float = setting(
        0.3, "share", "Of the page's characters that <main> or <article> has at least, to be the text.", ge=0, le=1
    )
    schema_depth: int = setting(
        4, "things", "How deep a page's own description is read: article, issue, volume, journal."
    )
    longest_property: int = setting(300, "characters", "A longer title or name in a file's properties is none.")


FORMATS = FormatsSettings.read()


class PdfSettings(Group, section="pdf", affects="parser"):
    """How lines, columns and paragraphs of a PDF are found."""

    scanned: int = setting(8, "characters", "A page, on average, under which a PDF is pictures of pages.")
    unreadable: float = setting(0.3, "share", "Of characters without meaning, from which a PDF is refused.", ge=0, le=1)
    most_bookmarks: int = setting(20_000, "bookmarks", "Of a PDF that are read.")
    longest_xmp: int = setting(200_000, "bytes", "Of the XMP metadata of a PDF.")
    small: int = setting(2_000_000, "characters", "Of a PDF, up to which the ratio does not matter.")
    highest_ratio: int = setting(
        50, "characters per byte", "Of a PDF: text has less than one for each byte, pages that share a text many."
    )
    bookmark_lines: int = setting(200, "lines", "Of a page, among which the title of a bookmark is looked for.")
    cell_gap: float = setting(
        1.5, "ems", "Between characters of one line, from which they are cells of a table or columns."
    )
    word_gap: float = setting(0.15, "ems", "Between letters, from which they are two words.")
    most_rules: int = setting(20_000, "lines", "Drawn on a page of a PDF, from which they are no rules of tables.")
    most_crossings: int = setting(1_000_000, "pairs", "Of horizontal and vertical rules that are compared.")
    most_cells: int = setting(5_000, "cells", "Of a table that rules bound.")
    form_depth: int = setting(5, "levels", "Of forms in forms, in which rules are looked for.")
    rule_slant: float = setting(1.0, "points", "By which the ends of a rule may differ in height.", ge=0)
    rule_width: float = setting(2.5, "points", "Between lines that are edges of one rule, at most.", ge=0)
    rule_touch: float = setting(3.0, "points", "Between two rules that touch, at most.", ge=0)
    table_width: float = setting(40.0, "points", "Of the rules over and under a table, at least.", ge=0)
    table_gap: float = setting(0.85, "ems", "Of white between two columns of a table, at least.", ge=0)
    table_near: float = setting(
        0.35, "ems", "Of white between two columns where the head has words over each of them, at least.", ge=0
    )
    row_labels: int = setting(2, "lines", "Of a row with words in the first column and others, at most.")
    table_filled: float = setting(0.5, "share", "Of the rows with words in several columns, at least.", ge=0, le=1)
    table_longest_cell: int = setting(400, "characters", "A table with a longer cell only sets out the page.")
    table_step: float = setting(3.0, "ems", "Between two lines of a table without rules, at most.", ge=0)
    few_bands: int = setting(4, "rules", "Across a table, up to which most of its rows may have none between them.")
    full_lines: float = setting(
        0.6, "share", "Of the lines between two rules, that have words in most columns: each is a row.", ge=0, le=1
    )
    row_step: float = setting(1.2, "times", "The distance of the lines in a row, from which a new row begins.", ge=1)
    white_wrapped: int = setting(3, "lines", "With words in one column, between two lines of a table without rules.")
    table_reach: float = setting(0.3, "ems", "That words reach into a column, from which they stand in it.", ge=0)
    white_lines: int = setting(3, "lines", "Of a table without rules, at least.", ge=2)
    white_full: float = setting(0.6, "share", "Of its lines, with words in all columns.", ge=0, le=1)
    white_crossed: float = setting(
        0.15, "share", "Of the lines of a table that may reach over the white between two columns.", ge=0, le=1
    )
    prose_width: float = setting(11.0, "ems", "From which a column may be one of prose.", ge=0)
    prose_share: float = setting(
        0.6, "share", "Of its width that half of its lines fill, from which it is.", ge=0, le=1
    )
    prose_full: int = setting(2, "lines", "Of each of two columns without rules, that fill it, if it is prose.", ge=1)
    prose_lines: int = setting(8, "lines", "Between two rules, from which they may be columns of prose.", ge=1)
    vertical_steps: int = setting(20, "characters", "Below the one before them, from which a page may be vertical.")
    vertical_share: float = setting(0.6, "share", "Of all characters, from which it is.", ge=0, le=1)
    slant: int = setting(10, "degrees", "Between text and the direction of the page's text, up to which it is of it.")
    faint_alpha: float = setting(0.8, "opacity", "Below which text is faint, as a watermark is.", ge=0, le=1)
    faint_light: float = setting(0.7, "lightness", "Above which it is.", ge=0, le=1)
    shifted_size: float = setting(
        0.88, "times", "The size of the text beside it, up to which a character may be raised or lowered.", ge=0, le=1
    )
    raised: float = setting(0.15, "ems", "Above the line, from which a small character is raised.", ge=0)
    lowered: float = setting(0.06, "ems", "Below the line, from which a small character is lowered.", ge=0)
    ruby_size: float = setting(0.6, "times", "The size of the text below it, up to which a line is ruby text.", ge=0)
    ruby_least: float = setting(0.7, "ems", "Above the line of the text, from which a line is ruby text.", ge=0)
    ruby_most: float = setting(1.3, "ems", "The same, up to which.", ge=0)
    gutter_margin: float = setting(
        0.25, "share", "Of the width of a page, left and right, in which no column but the first begins.", ge=0, le=0.5
    )
    column_lines: int = setting(4, "lines", "Of a column, at least.")
    long_word: int = setting(30, "letters", "Of a Latin word, from which it may be several without blanks.")
    long_words: float = setting(
        0.5, "share", "Of the Latin letters of a page in such words, from which the page lacks blanks.", ge=0, le=1
    )
    overlapping: float = setting(
        0.1,
        "share",
        "Of the lines of a page that stand over another one, from which its order is doubtful.",
        ge=0,
        le=1,
    )
    cut_words: float = setting(
        0.02, "share", "Of Latin lines that end with a hyphen, from which the typesetting cuts words.", ge=0, le=1
    )
    column_width: float = setting(0.22, "share", "Of the width of a page, from which lines are a column.", ge=0, le=1)
    far_short: float = setting(
        0.3, "share", "Of a column, by which a line that is short of its margin ends a paragraph.", ge=0, le=1
    )
    marked: float = setting(
        0.9, "share", "Of such ends before an indent or a gap, from which only these begin paragraphs.", ge=0, le=1
    )
    first_line: float = setting(5.0, "ems", "Up to which the first line of a paragraph is set in.")
    hanging: float = setting(8.0, "ems", "Up to which lines are set in below their number.")
    indent: float = setting(0.7, "ems", "From which a line is set in.")
    paragraph_gap: float = setting(1.2, "times", "The usual distance of lines, from which a paragraph is set apart.")
    spaced_line: int = setting(10, "characters", "Of a line that shows how wide characters are set.")
    large: float = setting(1.1, "times", "The size of the text, from which a line is a heading.")
    large_share: float = setting(
        0.25, "share", "Of the characters that may be set large; what is more is text.", ge=0, le=1
    )
    heading_levels: int = setting(6, "levels", "Of headings that sizes tell apart.")
    longest_heading: int = setting(80, "characters", "Of a heading that its size shows.")
    margin_lines: int = setting(3, "lines", "That end at one place, to be a margin.")
    margin_share: float = setting(
        0.3, "times", "The lines that end at the commonest place, for a place further out to be the margin."
    )
    size_difference: float = setting(
        0.1, "share", "By which two lines of one paragraph may differ in size.", ge=0, le=1
    )
    running_head_lines: int = setting(2, "lines", "At the top and at the bottom of a page that may be running heads.")
    running_head_share: float = setting(
        0.35,
        "share",
        "Of the pages on which a running head stands; left and right pages may have their own.",
        ge=0,
        le=1,
    )
    running_head_pages: int = setting(3, "pages", "On which a running head stands, at least.")
    contents_entries: int = setting(3, "lines", "Of a table of contents, at least.", ge=1)
    contents_known: float = setting(
        0.5, "share", "Of the titles of a table of contents that stand elsewhere in the file, at least.", ge=0, le=1
    )
    deepest_tag: int = setting(100, "levels", "Of a structure tree that are read.")
    most_tags: int = setting(20_000, "elements", "Of the structure tree of a page that are read.")
    tagged_share: float = setting(
        0.8, "share", "Of the characters that a structure tree names, from which it is believed.", ge=0, le=1
    )
    tagged_page: float = setting(0.4, "share", "The same for one page of a tree that is believed.", ge=0, le=1)
    tagged_lines: int = setting(15, "lines", "Of a page that may not be one paragraph.")
    tagged_ends: float = setting(
        0.4, "share", "Of tagged paragraphs that end as sentences do, below which they are lines.", ge=0, le=1
    )
    tagged_whole: float = setting(
        0.9, "share", "Of a page, from which one tagged paragraph is no paragraph.", ge=0, le=1
    )
    note_size: float = setting(0.96, "times", "The size of the text, up to which a line may be of a footnote.", ge=0)


PDF = PdfSettings.read()


class OcrSettings(Group, section="ocr", affects="parser"):
    """How text is recognised in pictures. The numbers of the networks belong to PP-OCRv6 and were measured with it."""

    dpi: int = setting(200, "dots per inch", "At which a page of a PDF is drawn to be read.", ge=72)
    most_pixels: int = setting(
        80_000_000, "pixels", "Of a picture; an A3 page at 600 dpi has 70 million. Pillow takes at most 89 million."
    )
    longest_side: int = setting(5000, "pixels", "Of a picture when it is read; a larger one is made smaller.")
    smallest_side: int = setting(12, "pixels", "Of a picture, under which it holds no text.")
    detector_side: int = setting(960, "pixels", "To which a picture is made smaller to find its lines.", ge=32)
    line_height: int = setting(
        14, "pixels", "Of a line in that smaller picture; where lines are lower, the picture is made less small."
    )
    network_height: int = setting(48, "pixels", "Of a line, as the network reads it.")
    narrowed: float = setting(
        0.75, "times", "The width of a line: the network reads a narrower one in less time, nearly as well.", gt=0, le=1
    )
    width_step: int = setting(96, "pixels", "To whose multiples the width of a line is filled up.")
    batch: int = setting(6, "lines", "That are read at once.")
    least_confidence: float = setting(
        0.6, "probability", "Of the characters of a line on average, under which it is no text.", ge=0, le=1
    )
    doubtful: float = setting(0.85, "probability", "Under which a character is marked as doubtful.", ge=0, le=1)
    upright: float = setting(
        0.85, "probability", "Under which it is tried whether a page stands on its head.", ge=0, le=1
    )
    vertical_share: float = setting(
        0.9, "times", "The confidence of lines that run down, for their characters to be upright.", ge=0, le=1
    )
    sampled_lines: int = setting(3, "lines", "From which the direction of a page is told.")
    sampled_characters: int = setting(12, "characters", "Of each of them.")
    size_step: float = setting(
        1.2, "times", "The size of the text: lines in between are measured wrongly rather than set larger.", gt=1
    )
    size_of_line: float = setting(
        0.7, "times", "The height of a line: the size of its characters, if they do not show it."
    )
    pitches: int = setting(4, "characters", "Beside each other, whose distance shows their size.")
    edge: float = setting(0.5, "ems", "Between edges of lines that stand at one margin.")
    margin_lines: int = setting(3, "lines", "That begin or end at one place, to be a margin.")
    layers: int = setting(
        1, "0 or 1", "Whether a text layer that says something else than its pages show is recognised anew.", ge=0, le=1
    )
    sampled_pages: int = setting(3, "pages", "By which a text layer is judged.")
    filled: float = setting(0.8, "share", "Of a page that one picture fills, whose text layer is judged.", ge=0, le=1)
    partly_filled: float = setting(0.2, "share", "The same of a page with little text.", ge=0, le=1)
    little_text: int = setting(200, "letters", "Under which a page has little text.")
    garbled: float = setting(
        0.02,
        "share",
        "Of the characters of a page that have no meaning, from which its text layer is judged.",
        ge=0,
        le=1,
    )
    agreement: float = setting(
        0.9,
        "share",
        "Of the characters of a line on which layer and page agree, under which the layer is wrong.",
        ge=0,
        le=1,
    )
    shorter_side: int = setting(595, "points", "Of a picture, whose size on paper is not known.")


OCR = OcrSettings.read()


class ReadingSettings(Group, section="reading"):
    """The limits of the process that reads and parses added files; a file that exceeds one is refused."""

    seconds: int = setting(
        120,
        "seconds",
        "To read any file, if it is small, again for each page that is recognised, and again to parse it.",
    )
    seconds_per_megabyte: int = setting(60, "seconds", "More for each megabyte; a text of one megabyte takes one.")
    most_memory: int = setting(
        4 << 30, "bytes", "Of address space. Linux keeps to it; macOS and Windows have no such limit.", ge=256 << 20
    )
    collected_after: int = setting(
        200_000, "objects", "More than before, after which Python looks for garbage.", ge=700
    )
    open_files: int = setting(64, "files", "Open at a time, on systems other than Windows.", ge=16)
    most_returned: int = setting(256 << 20, "bytes", "Of text and structure that come back for one file.")
    processes: int = setting(
        4, "processes", "That read files uploaded to the page; one does, unless a file takes long."
    )
    patience: int = setting(5, "seconds", "After which the next upload is read beside one that takes long.")
    seconds_kept: int = setting(600, "seconds", "Without an upload, after which the page ends its process.")
    seconds_to_end: int = setting(5, "seconds", "To wait for a process that was ended.")
    longest_reason: int = setting(300, "characters", "Of the reason that is shown where the process failed.")
    most_levels: int = setting(200, "levels", "Of sections inside each other that a parsed document may have.")


READING = ReadingSettings.read()


class OriginalsSettings(Group, section="originals"):
    """How pages of PDF files and pictures are shown as they look; nothing here changes a text."""

    most_pixels: int = setting(12_000_000, "pixels", "Of a page that is drawn.", ge=10_000)
    widest: int = setting(4000, "pixels", "Of a page that is drawn, across.", ge=100)
    longest: int = setting(16_000, "pixels", "Of a page that is drawn, down; WebP ends at 16,383.", ge=100, le=16_383)
    quality: int = setting(85, "percent", "Of the picture of a page (WebP).", ge=1, le=100)
    seconds: int = setting(20, "seconds", "To draw a page or to find where its characters stand.")
    most_characters: int = setting(100_000, "characters", "Of a page whose places are looked for.")
    places_of_run: int = setting(
        12, "places", "Of words that a page repeats, before and after the one that is expected, that are compared."
    )
    sure_run: int = setting(3, "characters", "From which words are found wherever they stand on the page.", ge=1)
    beside: int = setting(4, "characters", "In the order of the file, between fewer characters and their neighbours.")
    same_line: float = setting(0.5, "share", "Of the lower of two characters that stand on one line.", ge=0, le=1)
    line_gap: float = setting(1.5, "times", "The height of a line: a wider gap in it divides what is lit.", ge=0)


ORIGINALS = OriginalsSettings.read()
