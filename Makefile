# The commands of this project. `make` alone lists them.

RUN = .venv/bin/python

.PHONY: help up test faults bench bench-xl bench-suggest lint ci doctor venv venv-dev lock

help: ## what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

up: venv ## the whole desk on this machine: PostgreSQL, Valkey, web, workers; Ctrl-C ends it
	@exec $(RUN) manage.py up --with-parent $(ARGS)

test: venv-dev ## the whole test suite, on servers of its own
	@exec $(RUN) -m pytest -n 2 --dist worksteal $(ARGS)

faults: venv-dev ## kill workers, beat and Valkey while thousands of rows fall due; prints what came of it
	@AFTERSALES_FAULTS=full exec $(RUN) -m pytest tests/faults -n 0 -q $(ARGS)

lint: venv-dev ## style, layering, migrations, templates, translations
	@exec $(RUN) manage.py ci lint

ci: venv-dev ## every check, then the tests
	@exec $(RUN) manage.py ci

doctor: venv ## what runs, what is wrong, what to do
	@exec $(RUN) manage.py doctor

venv:
	@deploy/make-venv requirements-up.lock

venv-dev:
	@deploy/make-venv requirements-dev.lock

lock: ## choose versions anew for pyproject.toml (needs uv)
	@deploy/make-locks

bench: venv-dev ## intake against its floors; pages, search, clocks and history at 10 thousand and 1 million
	@$(RUN) -m bench.intake $(ARGS)
	@$(RUN) -m bench.desk --sizes 10000 1000000
	@$(RUN) bench/search.py --sizes 10000 1000000
	@$(RUN) bench/sla_sweep.py --sizes 10000 1000000
	@$(RUN) bench/drains.py
	@$(RUN) bench/recompute.py --sizes 10000 1000000
	@$(RUN) bench/worktime.py
	@exec $(RUN) -m bench.history --sizes 10000 1000000

bench-xl: venv-dev ## the pages at 10 thousand and 5 million requests, 10 million clocks; needs 30 GB and two hours
	@$(RUN) -m bench.desk --sizes 10000 5000000 $(ARGS)
	@exec $(RUN) bench/sla_sweep.py --sizes 10000 10000000

bench-suggest: venv-dev ## how often suggested answers are right, on questions held out
	@exec $(RUN) -m bench.suggest $(ARGS)
