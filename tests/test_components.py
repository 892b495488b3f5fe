"""Components: every part renders, is escaped, labelled and free of inline style and script."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, get_template_attribute, render_template, render_template_string
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from buergerrat import charts
from buergerrat.choices import choices

ROOT = Path(__file__).parent.parent
EVIL = "<b>„Kern“ & Rand</b>"


class Page(HTMLParser):
    """Start tags with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("gallery", root_path=str(ROOT), template_folder="templates")
    app.secret_key = "nobody signs in here"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        charts=charts, csrf_token=lambda: "csrf-value", form_token=lambda: "form-value"
    )
    app.jinja_env.filters["number"] = lambda value: f"{value:,}".replace(",", ".")
    Babel(app, default_locale="de")
    with app.test_request_context():
        g.municipality = SimpleNamespace(
            name="Stadt Elbtal", office="Hauptamt", contact="Hauptamt", phone="0123 45-0"
        )
        g.assembly = None
        yield app


def page(name: str) -> str:
    nobody = SimpleNamespace(is_authenticated=False)
    return render_template(name, current_user=nobody)


def macro(file: str, name: str) -> Any:
    return get_template_attribute(f"components/{file}.html", name)


class Reply(Form):  # type: ignore[misc]
    name = StringField("Name", [InputRequired("Bitte nennen Sie Ihren Namen.")])
    reason = TextAreaField("Begründung", description="Ein Satz genügt.")
    seats = IntegerField("Plätze")
    office = SelectField("Amt", choices=choices([("b", "Bauamt"), ("k", "Kämmerei")]))
    until = DateField("Frist")
    joins = RadioField(
        "Mitmachen",
        [InputRequired("Bitte wählen Sie.")],
        choices=choices([("ja", "Ja"), ("nein", "Nein")]),
    )
    consent = BooleanField("Ich stimme zu.")


@pytest.mark.usefixtures("app")
class TestGallery:
    def test_ids_are_unique_and_references_meet(self) -> None:
        found = Page(page("components/gallery.html"))
        assert len(found.ids()) == len(set(found.ids()))
        for _, attributes in found.tags:
            for key in ("aria-labelledby", "aria-describedby", "for"):
                for target in attributes.get(key, "").split():
                    assert target in found.ids()

    def test_nothing_inline_and_nothing_from_elsewhere(self) -> None:
        for tag, attributes in Page(page("components/gallery.html")).tags:
            assert tag not in {"style", "base", "iframe"}
            assert not [key for key in attributes if key == "style" or key.startswith("on")]
            for key in ("href", "src", "action"):
                assert not attributes.get(key, "").startswith(("http", "//", "data:", "java"))

    def test_one_main_heading_and_no_level_left_out(self) -> None:
        levels = [
            int(tag[1])
            for tag, _ in Page(page("components/gallery.html")).tags
            if re.fullmatch("h[1-6]", tag)
        ]
        assert levels.count(1) == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))

    def test_every_form_is_protected(self) -> None:
        html = page("components/gallery.html")
        posts = [f for f in Page(html).all("form") if f["method"] == "post"]
        names = [i.get("name") for i in Page(html).all("input") if i.get("type") == "hidden"]
        assert names.count("csrf_token") == len(posts) == names.count("form_token")

    def test_every_class_has_a_rule(self) -> None:
        sheets = "".join(p.read_text() for p in (ROOT / "static/css").glob("*.css"))
        known = set(re.findall(r"\.((?:br|ist|d|t)-[\w-]+)", sheets))
        used = {
            name
            for _, attributes in Page(page("components/gallery.html")).tags
            for name in attributes.get("class", "").split()
            if re.match(r"(br|ist|d|t)-", name)
        }
        plain = {n for n in used if n.startswith("br-status--") or n == "br-glyph--open"}
        hooks = {"br-glyph--ref", "br-glyph--note", "br-figur", "br-naechstes__titel"}
        assert used - known - plain - hooks == set()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("layout", ["staff", "public", "step", "plain", "projector"])
def test_every_layout_renders_without_optional_context(layout: str) -> None:
    for municipality in (g.municipality, None):
        g.municipality = municipality
        html = render_template_string(
            f'{{% extends "layout/{layout}.html" %}}{{% block title %}}Seite{{% endblock %}}'
            "{% block main %}<h1>Seite</h1>{% endblock %}",
            current_user=SimpleNamespace(is_authenticated=False),
        )
        found = Page(html)
        assert found.all("html") == [{"lang": "de", "data-kern-theme": "light"}]
        assert [m["id"] for m in found.all("main")] == ["inhalt"]
        assert "<title>Seite – Bürgerrat" in html


def test_stylesheets_need_no_foreign_or_data_address() -> None:
    for sheet in (ROOT / "static/css").glob("*.css"):
        text = sheet.read_text()
        assert "@import" not in text
        assert all(u.startswith('"../vendor/') for u in re.findall(r"url\(([^)]*)\)", text))
        assert text.count("{") == text.count("}")


@pytest.mark.usefixtures("app")
class TestFields:
    def test_label_hint_and_error_belong_to_the_control(self) -> None:
        form = Reply(MultiDict({"name": ""}))
        form.validate()
        html = macro("forms", "field")(form.name, hint="Wie im Ausweis.")
        found = Page(html)
        control = found.all("input")[0]
        assert found.all("label")[0]["for"] == control["id"] == "name"
        assert control["aria-describedby"].split() == ["name-hinweis", "name-fehler"]
        assert {"name-hinweis", "name-fehler"} <= set(found.ids())
        assert control["aria-invalid"] == "true"
        assert "required" in control
        assert "Bitte nennen Sie Ihren Namen." in html

    @pytest.mark.parametrize(
        ("name", "tag"),
        [("reason", "textarea"), ("seats", "input"), ("office", "select"), ("until", "input")],
    )
    def test_a_field_that_may_stay_empty_says_so(self, name: str, tag: str) -> None:
        html = macro("forms", "field")(Reply()[name])
        assert "freiwillig" in html
        assert "required" not in Page(html).all(tag)[0]

    def test_choices_are_tiles_in_a_group_with_a_name(self) -> None:
        form = Reply(MultiDict({"joins": "nein"}))
        html = macro("forms", "tiles")(form.joins, hints={"ja": "An drei Samstagen."})
        found = Page(html)
        assert [i["value"] for i in found.all("input")] == ["ja", "nein"]
        assert [i["value"] for i in found.all("input") if "checked" in i] == ["nein"]
        assert "<legend" in html
        assert [i.get("aria-describedby") for i in found.all("input")] == ["joins-0-hinweis", None]

    def test_consent_is_never_ticked_beforehand(self) -> None:
        assert "checked" not in Page(macro("forms", "field")(Reply().consent)).all("input")[0]

    def test_the_summary_leads_to_controls_that_exist(self) -> None:
        form = Reply(MultiDict({"name": ""}))
        form.validate()
        summary = Page(macro("forms", "error_summary")(form))
        fields = "".join(macro("forms", "field")(f) for f in form)
        targets = [a["href"].removeprefix("#") for a in summary.all("a")]
        assert len(targets) == len(form.errors) >= 2
        assert set(targets) <= set(Page(fields).ids())


@pytest.mark.usefixtures("app")
class TestEscaping:
    @pytest.mark.parametrize(
        ("file", "name", "arguments"),
        [
            ("parts", "page_head", (EVIL, EVIL)),
            ("parts", "alert", ("info", EVIL, EVIL)),
            ("parts", "next_step", (EVIL, EVIL, EVIL, "/weiter", EVIL)),
            ("content", "note_card", (EVIL, EVIL)),
            ("content", "diff", ([("ins", EVIL), ("del", EVIL), ("same", EVIL)], EVIL)),
            ("content", "table", ([EVIL, EVIL], [[EVIL, EVIL]], EVIL)),
            ("content", "facts", ([{"label": EVIL, "value": EVIL, "note": EVIL}],)),
            ("content", "quote", (EVIL, EVIL)),
            ("forms", "text", ("name", EVIL, EVIL, EVIL, EVIL)),
            ("forms", "button", (EVIL,)),
        ],
    )
    def test_text_stays_text(self, file: str, name: str, arguments: tuple[Any, ...]) -> None:
        html = str(macro(file, name)(*arguments))
        assert "<b>„" not in html
        assert "&lt;b&gt;„Kern“ &amp; Rand" in html

    def test_a_table_names_its_columns_on_every_cell(self) -> None:
        html = macro("content", "table")(["Ort", "Briefe"], [["Niederau", 47]], numeric=[1])
        assert [c.get("data-kopf") for c in Page(html).all("td")] == ["Briefe"]
        assert Page(html).all("td")[0]["class"] == "r"

    def test_pagination_keeps_both_ends_and_the_neighbours(self) -> None:
        html = macro("content", "pagination")(6, 20, lambda n: f"?seite={n}")
        links = [a["href"] for a in Page(html).all("a")]
        assert links == [f"?seite={n}" for n in (1, 4, 5, 7, 8, 20)]
