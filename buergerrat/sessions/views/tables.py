from __future__ import annotations

from flask import Blueprint

bp = Blueprint("tables", __name__)
