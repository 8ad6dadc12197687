# Everything a person needs to start. The work is done by tools/bootstrap.py.
PYTHON ?= python3
BOOT = @$(PYTHON) -m tools.bootstrap

.DEFAULT_GOAL := help
.PHONY: help install run test check e2e bench kill races drill fuzz soak shots fix lock code

help:       ## what can be done here
	@grep -E '^[a-z0-9]+: ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## / — /; s/^/  make /'
install:    ## make the environment and install what is locked; starts nothing
	$(BOOT) install
run:        ## start the centre with invented people at 127.0.0.1:8000 (PORT=8001 for another)
	$(BOOT) run
test:       ## every check and every test, on SQLite, on PostgreSQL and in a browser
	$(BOOT) test
check:      ## the checks alone: style, types, layers, migrations, settings, packs
	$(BOOT) check
e2e:        ## the visits alone, in a browser
	$(BOOT) e2e
bench:      ## figures against their goals, on both databases (VOLUME=full or short)
	$(BOOT) bench $(VOLUME)
kill:       ## end server and workers without warning, 100 times on each database
	$(BOOT) kill $(ROUNDS)
races:      ## two acts at one moment, 1,000 rounds on PostgreSQL
	$(BOOT) races $(ROUNDS)
drill:      ## back a demo up on each database, restore it elsewhere, prove and time it
	$(BOOT) drill
fuzz:       ## change bundles and whole centres at random, and see each change found
	$(BOOT) fuzz $(SECONDS) $(SEED)
soak:       ## 100,000 honest entries on each database, and no false alarm
	$(BOOT) soak $(EVENTS) $(SEED)
shots:      ## screenshots of the key pages, into build/shots
	$(BOOT) shots
fix:        ## let the tools put right what they can
	$(BOOT) fix
lock:       ## resolve the dependencies again and write their hashes
	$(BOOT) lock
code:       ## the one-time code of somebody of the demo: make code NAME=nadia
	$(BOOT) code $(NAME)
