# Zwei Befehle genügen: `make demo` zeigt alles, `make test` prüft alles.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
VENDOR := static/vendor
NOTO := node_modules/@expo-google-fonts/noto-sans
KERN := node_modules/@kern-ux/native

.PHONY: setup demo test check lint clean

setup: .venv/.ready $(VENDOR)/.ready translations/.ready

demo: setup
	@$(BIN)/buergerrat demo --port $(PORT)

test: lint
	$(BIN)/pytest -n 2 --dist loadgroup

check: lint
	$(BIN)/pytest -q -x -m "not slow and not browser" -n 2

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv node_modules $(VENDOR) translations/.ready build dist

.venv/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 oder neuer wird gebraucht; hier ist " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENDOR)/.ready: package-lock.json Makefile
	npm ci --silent --ignore-scripts
	mkdir -p $(VENDOR)/kern/fonts/fira-sans $(VENDOR)/htmx $(VENDOR)/fonts
	# KERN's own icons are data: images, which our pages forbid; ours are inline SVG.
	sed -E 's#url\("data:image[^"]*"\)#url(../../marks/none.svg)#g' $(KERN)/dist/kern.min.css > $(VENDOR)/kern/kern.min.css
	cp $(foreach w,Regular Medium SemiBold,$(KERN)/dist/fonts/fira-sans/FiraSans-$(w).woff2) $(VENDOR)/kern/fonts/fira-sans/
	cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/htmx/
	cp $(foreach w,400Regular 400Regular_Italic 600SemiBold 700Bold,$(NOTO)/$(w)/NotoSans_$(w).ttf) $(VENDOR)/fonts/
	@touch $@

translations/.ready: $(wildcard translations/*/LC_MESSAGES/messages.po) .venv/.ready
	$(BIN)/pybabel --quiet compile -d translations
	@touch $@
