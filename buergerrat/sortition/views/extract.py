from __future__ import annotations

from flask import Blueprint

bp = Blueprint("extract", __name__)
