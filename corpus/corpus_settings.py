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
    markdown_table_rows: int = setting(40, "rows", "Of a Markdown table that make one paragraph.")
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
    table_rows: int = setting(40, "rows", "Of a table that make one paragraph.")
    html_longest_cell: int = setting(200, "characters", "A table with longer cells lays out a page.")
    csv_sample: int = setting(8_000, "characters", "Of a CSV file, from which its dialect is told.", ge=1)
    csv_alike: float = setting(
        0.9, "share", "Of the rows with as many cells as the first, from which a CSV file is a table.", ge=0, le=1
    )
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


class ReadingSettings(Group, section="reading"):
    """The limits of the process that reads and parses added files; a file that exceeds one is refused."""

    seconds: int = setting(120, "seconds", "To read any file, and again to parse it, if it is small.")
    seconds_per_megabyte: int = setting(60, "seconds", "More for each megabyte; a text of one megabyte takes one.")
    most_memory: int = setting(
        4 << 30, "bytes", "Of address space. Linux keeps to it; macOS and Windows have no such limit.", ge=256 << 20
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
