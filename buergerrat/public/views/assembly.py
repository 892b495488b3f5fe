from __future__ import annotations

from flask import Blueprint

bp = Blueprint("assembly", __name__)
