# The developer commands; what they do and which variables they know: dev/README.md
PYTHON ?= python3
export PORT FRESH SIZE SIZES WORKERS ODOO_HOME DB_PREFIX PYTHON
cli = @$(PYTHON) dev/cli.py

.PHONY: run test bench lint format setup stop clean

run: ## Serve the app with demo data on http://localhost:8069 (PORT=, FRESH=1, ARGS=)
	$(cli) run $(ARGS)

test: ## All tests through pytest on a fresh database (ARGS="-k name")
	$(cli) test $(ARGS)

bench: ## What the addons cost on many customers (SIZE=10k, SIZES=10k,100k,1M, FRESH=1)
	$(cli) bench $(ARGS)

lint: ## All style checks
	$(cli) lint

format: ## Rewrite the files in the house style
	$(cli) format

setup: ## Only prepare: Odoo, PostgreSQL, Python, template database
	$(cli) setup

stop: ## Stop the PostgreSQL of this clone
	$(cli) stop

clean: ## Remove everything that was installed, databases included
	$(cli) clean
