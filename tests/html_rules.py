"""Rules that hold for the HTML of every page, checked without a browser."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "circle",
        "rect",
        "line",
    ]
)
OPTIONAL_END: frozenset[str] = frozenset()


class Page(HTMLParser):
    """Reads a page and collects what is wrong with it in `problems`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.references: list[tuple[str, str]] = []
        self.headings: list[int] = []
        self.title = self.h1 = ""
        self.lang = ""
        self.in_head = {"title": False, "h1": False}
        self.feed(text)
        self.close()
        self._finish(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> has an attribute twice")
        given = {name: value or "" for name, value in attrs}
        self._attributes(tag, given)
        if tag in self.in_head and "svg" not in self.open:
            self.in_head[tag] = True
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.in_head:
            self.in_head[tag] = False
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.in_head["title"]:
            self.title += data
        if self.in_head["h1"]:
            self.h1 += data

    def _attributes(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html":
            self.lang = given.get("lang", "")
        if "id" in given:
            if given["id"] in self.ids:
                self.problems.append(f"id {given['id']} twice")
            self.ids.add(given["id"])
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            self.references += [(name, one) for one in given.get(name, "").split()]
        for name in given:
            if name == "style" or name.startswith("on"):
                self.problems.append(f"<{tag} {name}> is refused by the security policy")
        if tag == "script" and "src" not in given:
            self.problems.append("inline script")
        if tag == "style":
            self.problems.append("inline style")
        if tag == "img" and "alt" not in given:
            self.problems.append("image without alt")
        for name in ("src", "href", "action"):
            if given.get(name, "").startswith(("http:", "https:", "//")) and tag != "a":
                self.problems.append(f"<{tag}> loads from elsewhere: {given[name]}")

    def _finish(self, text: str) -> None:
        if not text.lstrip().lower().startswith("<!doctype html>"):
            self.problems.append("no doctype")
        if self.open:
            self.problems.append(f"not closed: {self.open}")
        if self.lang not in ("de", "en"):
            self.problems.append(f"lang is {self.lang!r}")
        self.problems += [
            f"{name}={one} points nowhere" for name, one in self.references if one not in self.ids
        ]
        if self.headings.count(1) != 1:
            self.problems.append(f"{self.headings.count(1)} h1")
        jumps = [b for a, b in zip(self.headings, self.headings[1:], strict=False) if b > a + 1]
        if jumps:
            self.problems.append(f"heading levels jump: {self.headings}")
        if _plain(self.h1) not in _plain(self.title):
            self.problems.append(
                f"title {_plain(self.title)!r} does not say h1 {_plain(self.h1)!r}"
            )


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split())
