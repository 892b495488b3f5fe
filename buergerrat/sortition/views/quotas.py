from __future__ import annotations

from flask import Blueprint

bp = Blueprint("quotas", __name__)
