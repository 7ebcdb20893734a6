# Everything that is run on this code. "make" lists it; .ci/run calls these
# same targets.

.DEFAULT_GOAL := help

# The program is pure Go; only the race detector needs a C compiler.
export CGO_ENABLED := 0

# Matrix is behind this tag: its encryption in pure Go.
MATRIX := -tags=goolm

# The tests of one package have a homeserver in common; more at once only wait
# for it, and for each other.
HOMESERVER := -p=1 -parallel=4 -timeout=20m

# Under the race detector the long Matrix tests but the life of a need are left
# out: they run the same code for many minutes more.
LONG := '^Test(Shown|Conformance|Story([^L]|L[^i]))'

# Pinned by .ci/lint/go.mod; built on first use, then kept by Go's build cache.
LINT := go tool -modfile=.ci/lint/go.mod golangci-lint

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build shirebot and start it; make run ARGS=--help passes options
	@./bin/shirebot run $(ARGS)

.PHONY: build
build: ## Build bin/shirebot
	@go build $(MATRIX) -trimpath -o bin/shirebot ./cmd/shirebot

.PHONY: test
test: test-all test-program test-matrix ## Run the tests; those that this machine has nothing for are left out, and named at the end
	@go test $(MATRIX) -count=1 -v -run '^Test(Homeserver|Description)IsHere$$' ./bot/... | grep SKIPPED >&2 || true

# The parts of test: all of it without Matrix, the program on Matrix, Matrix.

.PHONY: test-all
test-all:
	go test ./...

.PHONY: test-program
test-program:
	go test $(MATRIX) -run ^TestMatrix ./cmd/shirebot

.PHONY: test-matrix
test-matrix:
	go test $(MATRIX) $(HOMESERVER) ./bot/matrix/...

.PHONY: check
check: gofmt tidy vet lint docs-check test ## Run all that a change must pass: format, go.mod, vet, lint, docs, tests

.PHONY: docs
docs: ## Write the references and the README's command table anew
	go run ./cmd/shirebot docs

.PHONY: homeserver
homeserver: ## Build the homeserver that the Matrix tests run against, if it is not there: minutes
	SHIREBOT_NO_SKIP=1 go test $(MATRIX) -count=1 -v -run '^TestHomeserverIsHere$$' ./bot/matrix/matrixtest

.PHONY: bench
bench: ## Measure against raw SQL and bare libraries, in ratios of one run
	go run $(MATRIX) ./cmd/bench

.PHONY: fuzz
fuzz: ## Fuzz every target in turn; make fuzz FUZZTIME=10m digs deeper
	@.ci/fuzz $(FUZZTIME)

.PHONY: soak
soak: KILLS ?= 1000
soak: ## Kill the program under load a thousand times and look for what is lost
	SHIREBOT_KILLS=$(KILLS) go test -count=1 -v -run TestKill -timeout 3h ./cmd/shirebot/

.PHONY: race
race: export CGO_ENABLED := 1
race: ## Run the engine's and the platforms' tests under the race detector
	go test -race ./bot/...
	go test -race $(MATRIX) $(HOMESERVER) -skip=$(LONG) ./bot/matrix/...

# The parts of check

.PHONY: gofmt
gofmt: ## Check that gofmt has nothing to change
	@files=$$(gofmt -l .) && test -z "$$files" || { echo "run gofmt -w on:" $$files >&2; exit 1; }

.PHONY: tidy
tidy: ## Check that go.mod and go.sum are tidy
	go mod tidy -diff

.PHONY: vet
vet: ## Run go vet, on the program without Matrix and with it
	go vet ./...
	go vet $(MATRIX) ./...

.PHONY: lint
lint: ## Run the linters of .golangci.yml
	$(LINT) config verify
	$(LINT) run

.PHONY: docs-check
docs-check: ## Check that what "make docs" writes is up to date
	go run ./cmd/shirebot docs --check
