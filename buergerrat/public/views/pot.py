from __future__ import annotations

from flask import Blueprint

bp = Blueprint("pot", __name__)
