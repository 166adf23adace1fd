"""A page as a browser's parser and a reader with a screen reader find it."""

import re
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "br", "img", "hr", "rect", "line", "input"}


class Page(HTMLParser):
    """The page's elements and text; fails on tags that do not match."""

    def __init__(self, html):
        super().__init__()
        self.html, self.open, self.elements, self.words, self.ids = html, [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open and self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def tags(self, name):
        return [attributes for tag, attributes in self.elements if tag == name]

    def check_structure(self):
        """Self-contained; one h1; no heading skips a level; links lead somewhere; pictures and tables are described."""
        assert self.html.lstrip().startswith("<!DOCTYPE html>")
        assert not re.search(r"https?:|src=|<script|<link|@import|url\(", self.html)
        assert self.tags("html")[0]["lang"] == "en" and self.tags("title") and self.tags("main")
        levels = [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert len(self.ids) == len(set(self.ids))
        anchors = [link["href"] for link in self.tags("a")]
        assert anchors and all(anchor[0] == "#" and anchor[1:] in self.ids for anchor in anchors)
        assert all(svg["role"] == "img" and svg["aria-label"] for svg in self.tags("svg"))
        assert not self.tags("img")
        assert all(cell.get("scope") in ("col", "row") for cell in self.tags("th"))
