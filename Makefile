# The commands of this project. `make test` is what CI runs, and all that a change needs.

GO       ?= go
BIN      := $(CURDIR)/.bin
# Tools are pinned here and installed into .bin; none is in go.mod.
LINT_VERSION := v2.15.0
LINT     := $(BIN)/golangci-lint-$(LINT_VERSION)
FUZZTIME ?= 10m
DOCUMENTS ?= 5000
SEED     ?= $(shell date +%s)

.PHONY: test race lint fuzz corpus bench run

# All tests, with the race detector, the fuzz targets' seeds and the golden files; then, without the detector, those that it
# would disturb: what is counted, and calls over HTTP/2, in which Caddy races with itself. They need a C compiler, for the
# detector, curl, with which the READMEs' commands are run, and Chromium, which shows pages.
test: deps
	$(GO) vet ./...
	$(GO) test -race -timeout 15m ./...
	$(GO) test -run 'Allocat|Memory|Warm|CostNothing' ./internal/... ./rules/...
	$(GO) test ./caddymodule

.PHONY: deps
deps:
	@command -v cc >/dev/null && command -v curl >/dev/null && command -v chromium >/dev/null || { \
		echo "installing a C compiler, curl and Chromium"; apt-get update -qq && apt-get install -y -qq gcc libc6-dev curl chromium; }

run:
	$(GO) run ./cmd/privet run

lint: $(LINT)
	$(LINT) run ./...

$(LINT):
	GOBIN=$(BIN) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(BIN)/golangci-lint $(LINT)

# Every fuzz target, FUZZTIME each, one after the other; then documents and style sheets that are made up, as Chromium reads them.
fuzz:
	@set -e; for target in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
		for name in $$(grep -ho '^func Fuzz[A-Za-z0-9_]*' $$target/*_test.go | sed 's/func //'); do \
			echo "== $$target $$name"; $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$target; \
		done; \
	done
	PRIVET_DOCUMENTS=$(DOCUMENTS) PRIVET_SEED=$(SEED) $(GO) test -v -count=1 -timeout 2h -run ContactsATracker ./internal/filter

# The third-party corpora, where PRIVET_CORPUS names them.
corpus:
	@test -n "$(PRIVET_CORPUS)" || { echo "set PRIVET_CORPUS to the folder of the corpora"; exit 1; }
	$(GO) test -v -count=1 -run 'Corpus|Compliance|Suite|Payloads|HTML5lib|PagesAtSplits' ./internal/... ./rules/...
	$(GO) run ./internal/pagecorpus

# Speed and memory: the packages' benchmarks, the filter beside other JSON libraries, then the whole gateway against the
# same Caddy without the directive.
bench:
	$(GO) test -run '^$$' -bench . -benchmem ./internal/... ./rules/...
	cd internal/bench/compare && $(GO) run .
	$(GO) run ./internal/bench
