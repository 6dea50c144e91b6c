"""One sentence per line: nothing is rendered otherwise, and an author may break lines as they like."""

import re

import nbformat
import pytest
from markdown_it import MarkdownIt
from nbconvert.filters import markdown2html

from tools.lessons import lessons
from tools.markdown import one_sentence_per_line, sentences

TEXTS = [
    (lesson.file, cell.source)
    for lesson in lessons()
    for cell in nbformat.read(lesson.path, as_version=4).cells
    if cell.cell_type == "markdown"
]


def html(markdown: str) -> str:
    """What a notebook shows, by another program than the one that finds the sentences; a line break is a space."""
    return re.sub(r"\s+", " ", markdown2html(markdown))


def paragraphs_on_one_line(text: str) -> str:
    """The same text as an author may have typed it: each paragraph on one long line."""
    lines = text.split("\n")
    for token in reversed(MarkdownIt("commonmark").enable("table").parse(text)):
        if token.type == "paragraph_open" and token.map and "$$" not in text:
            start, end = token.map
            rest = [re.sub(r"^[\s>]+", "", line) for line in lines[start + 1 : end]]
            lines[start:end] = [" ".join([lines[start], *rest])]
    return "\n".join(lines)


def test_there_is_text():
    assert len(TEXTS) > 300


@pytest.mark.parametrize("file", [lesson.file for lesson in lessons()])
def test_lessons_look_the_same_with_long_lines_and_with_a_sentence_per_line(file):
    for text in (text for name, text in TEXTS if name == file):
        assert one_sentence_per_line(text) == text
        typed = paragraphs_on_one_line(text)
        assert one_sentence_per_line(typed) == text
        assert html(typed) == html(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("One. Two? Three! Four", "One.\nTwo?\nThree!\nFour"),
        ("A line\nbroken by hand. And more.", "A line broken by hand.\nAnd more."),
        ("- One. Two.\n- Three.", "- One.\n  Two.\n- Three."),
        ("1. One. Two.\n2. Three.", "1. One.\n   Two.\n2. Three."),
        ("> One. Two.\n> Three.", "> One.\n> Two.\n> Three."),
        ("> - One. Two.", "> - One.\n>   Two."),
        ("**Explain.** It fell. Why?", "**Explain.** It fell.\nWhy?"),
        ("See `a. B` and [c. D](x. Y). Then $a. B$. End.", "See `a. B` and [c. D](x. Y).\nThen $a. B$.\nEnd."),
        ('He said "yes." Then (he left.) And 64 maps. `Conv2D` too.',
         'He said "yes."\nThen (he left.)\nAnd 64 maps.\n`Conv2D` too.'),
    ],
)  # fmt: skip
def test_sentences_find_their_lines(before, after):
    assert one_sentence_per_line(before) == after
    assert one_sentence_per_line(after) == after
    assert html(before) == html(after)


@pytest.mark.parametrize(
    "text",
    ["# A title. With a stop.", "| a. B | c |\n|---|---|\n| One. Two. | x |", "```\na. B\nc. D\n```",
     "$$\na. B\n$$", "A formula. $$x$$ And text.", "meant  \nas it is. So.",
     "e.g. Fig. 3 of He et al. 2015, cf. Section 3",
     "<details><summary>One. Two.</summary>\n\nText.\n\n</details>", "", "    code. More"],
)  # fmt: skip
def test_what_is_no_plain_paragraph_stays(text):
    assert one_sentence_per_line(text) == text


def test_decimals_and_names_are_not_cut():
    assert sentences("It is 3.5 of x.y and v0.1. Next") == ["It is 3.5 of x.y and v0.1.", "Next"]
