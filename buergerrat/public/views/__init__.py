"""Pages of this folder; a module is named after its part of the address."""

from __future__ import annotations

from flask import Flask

from buergerrat.public.views.assembly import bp as assembly_bp
from buergerrat.public.views.common import cacheable, frame
from buergerrat.public.views.legal import bp as legal_bp
from buergerrat.public.views.pot import bp as pot_bp
from buergerrat.public.views.verify import bp as verify_bp

BLUEPRINTS = (assembly_bp, pot_bp, verify_bp, legal_bp)
for _blueprint in BLUEPRINTS:  # once, however many applications are made
    _blueprint.context_processor(frame)
    _blueprint.after_request(cacheable)


def register(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
