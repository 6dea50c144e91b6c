"""One sentence per line: the form in which the text of a lesson is kept, so that a changed word is a changed line.

A line break within a paragraph is shown as a space, so the rendered text is the same. Paragraphs with displayed
formulas or with line breaks that are meant stay as they are.
"""

import re
from itertools import pairwise

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark").enable("table")
_OPAQUE = re.compile(r"`+[^`]+`+|\$[^$]+\$|\[[^\]]*\]\([^)]*\)|<[^>]+>")  # code, formulas, links, tags
_END = re.compile(r"""(?<=[.!?])["”’')\]*_]*\s+(?=["“‘'(\[*_`$]*[A-Z0-9À-ÖØ-Þ`$<])""")
_NO_END = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|al|Fig|No|Dr|St|approx|[A-Z])\.|^\**[^.!?*]+[.!?]\*\*)$")


def one_sentence_per_line(text: str) -> str:
    """Bring the paragraphs of a Markdown text into the form of one sentence per line.

    Args:
        text: Markdown (CommonMark with tables), such as the source of a cell.

    Returns:
        The same text with other line breaks; a text in this form is returned as it is.
    """
    lines = text.split("\n")
    tokens = _PARSER.parse(text)
    for paragraph, inline in reversed(list(pairwise(tokens))):  # from the last, so that line numbers stay true
        if paragraph.type != "paragraph_open" or not paragraph.map:
            continue
        (start, end), parts = paragraph.map, inline.content.split("\n")
        meant = "$$" in inline.content or any(part.endswith(("  ", "\\")) for part in parts[:-1])
        if meant or parts[0] not in lines[start]:
            continue
        prefix = lines[start][: lines[start].index(parts[0])]  # a list's marker, a quotation's >
        further = re.sub(r"[^>\s]", " ", prefix)
        joined = " ".join(part.strip() for part in parts)
        lines[start:end] = [(further if place else prefix) + one for place, one in enumerate(sentences(joined))]
    return "\n".join(lines)


def sentences(text: str) -> list[str]:
    """Cut a line of Markdown into sentences; a lead-in in bold type, such as **Explain.**, stays with what follows."""
    masked = _OPAQUE.sub(lambda found: re.sub(r"[.!?\s]", "x", found.group()), text)
    cut, start = [], 0
    for end in _END.finditer(masked):
        if not _NO_END.search(masked[start : end.end()].rstrip()):
            cut.append(text[start : end.end()].rstrip())
            start = end.end()
    return [*cut, text[start:]]
