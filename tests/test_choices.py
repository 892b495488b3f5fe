"""Choices of form fields: one form, and never the one that WTForms is about to drop."""

from __future__ import annotations

import warnings

import pytest
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField

from buergerrat.choices import choices


def test_pairs_become_choices_and_keep_their_order() -> None:
    made = choices({"b": "Bauamt", "a": "Archiv"}.items())
    assert [(choice.value, choice.label) for choice in made] == [("b", "Bauamt"), ("a", "Archiv")]


def test_a_lazy_label_stays_lazy() -> None:
    label = _l("Bauamt")
    assert choices([("b", label)])[0].label is label


def test_pairs_given_directly_are_an_error_in_every_test() -> None:
    with pytest.raises(DeprecationWarning, match="SelectChoice"):
        type("Old", (Form,), {"office": SelectField(choices=[("b", "Bauamt")])})()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        type("New", (Form,), {"office": SelectField(choices=choices([("b", "Bauamt")]))})()
