"""Pages of accounts; a module is named after its part of the address."""

from __future__ import annotations

from flask import Flask

from buergerrat.accounts.views.account import bp as account_bp
from buergerrat.accounts.views.colours import bp as colours_bp
from buergerrat.accounts.views.gallery import bp as gallery_bp
from buergerrat.accounts.views.help import bp as help_bp
from buergerrat.accounts.views.log import bp as log_bp
from buergerrat.accounts.views.second_factor import bp as second_factor_bp
from buergerrat.accounts.views.sign_in import bp as sign_in_bp
from buergerrat.accounts.views.system import bp as system_bp
from buergerrat.accounts.views.users import bp as users_bp


def register(app: Flask) -> None:
    for blueprint in (
        sign_in_bp,
        account_bp,
        second_factor_bp,
        users_bp,
        system_bp,
        log_bp,
        help_bp,
        colours_bp,
        gallery_bp,
    ):
        app.register_blueprint(blueprint)
