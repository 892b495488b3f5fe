from __future__ import annotations

from flask import Blueprint

bp = Blueprint("draw", __name__)
