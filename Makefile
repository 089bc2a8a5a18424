# Nothing here needs a flag, an environment variable or a running service.
SHELL := /bin/bash
GO ?= go
TOOL := $(GO) tool -modfile=internal/tools/go.mod
FUZZTIME ?= 10s
CALLS ?= 100000000
KEYED ?= 200000
KILLS ?= 200
CONNECTIONS ?= 20000
DURATION ?= 10m
RACE ?= -race
HAND_WRITTEN = $$(git ls-files --cached --others --exclude-standard '*.go' | grep -v _gen.go)

# G115 finds every conversion between integer types. The transcoders are made of
# them: PostgreSQL's format is unsigned fields that hold signed values. What
# comes from outside is range-checked where it is read, and fuzzed.
GOSEC_EXCLUDE := G115

.PHONY: browser help build run generate check pgbouncer test test-race test-short test-matrix soak soak-schema soak-drain soak-calls soak-keyed soak-chaos soak-connections clients soak-unread lint fmt bench bench-overload bench-go bench-generate fuzz audit release reproducible clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build bin/spgen and bin/server
	@mkdir -p bin
	$(GO) build -trimpath -o bin/ ./cmd/spgen ./cmd/server

run: build ## Build, start a private PostgreSQL, apply schema/ and serve on 127.0.0.1:8080
	@exec bin/server

generate: ## Write generated/ from schema/ and the database
	@mkdir -p bin
	@$(GO) build -trimpath -o bin/ ./cmd/spgen
	@bin/spgen generate

check: ## Fail when database, manifest, lock and generated files do not fit together
	@mkdir -p bin
	@$(GO) build -trimpath -o bin/ ./cmd/spgen
	@bin/spgen check --lint

clients: ## Install what tests use: Node's ws, Python's websockets, Chromium, axe-core
	@internal/clienttest/install.sh

pgbouncer: ## Build the PgBouncers that tests use, from Debian's sources, unless they are there
	@internal/bouncertest/build.sh

# What mostly waits for programs of its own, a browser or a PostgreSQL for each script;
# and what the tests of internal/gen and internal/kitchen run with the race detector.
WITHOUT_RACE = cmd/spgen internal/browsertest \
  internal/arch internal/body internal/contract internal/emit/docs internal/emit/golang internal/ir

test: ## Run every test, all but WITHOUT_RACE with the race detector
	$(GO) test -race -timeout 20m $$($(GO) list ./... | grep -vE "/($$(echo $(WITHOUT_RACE) | tr ' ' '|'))$$")
	$(GO) test -timeout 20m $(addprefix ./,$(WITHOUT_RACE))
	$(GO) test -C internal/tools ./...

test-race: ## Run every test with the race detector, half as long again
	$(GO) test -race -timeout 20m ./...
	$(GO) test -C internal/tools ./...

test-short: ## Run every test without the race detector
	$(GO) test ./...

test-matrix: ## Run every test on PostgreSQL 15, 16, 17 and 18 (npm installs those that are missing)
	@GO="$(GO)" internal/tools/matrix.sh $(PACKAGES)

browser: ## Test the docs and their console in Chromium; pictures go to SPGEN_SCREENSHOTS, if that is set
	SPGEN_BROWSER_BOUNDS=1 $(GO) test -count=1 -v ./internal/browsertest

lint: ## Check formatting, run vet, staticcheck and gosec
	@unformatted=$$($(TOOL) gofumpt -l $(HAND_WRITTEN)); \
	  if [ -n "$$unformatted" ]; then echo "not formatted (make fmt mends it):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(TOOL) gosec -quiet -exclude-generated -exclude=$(GOSEC_EXCLUDE) ./...
	cd internal/tools && $(GO) vet ./... && $(GO) tool staticcheck ./... && $(GO) tool gosec -quiet -exclude=$(GOSEC_EXCLUDE) ./...

fmt: ## Format the code
	@$(TOOL) gofumpt -w $(HAND_WRITTEN)

soak: soak-schema soak-drain soak-calls ## The soaks, one after the other

soak-schema: ## Change the schema of a server under load at random, 1,000 times, with the race detector
	SPGEN_SOAK_CHANGES=1000 $(GO) test -race -count=1 -v -timeout 15m -run 'TestDriftUnderLoad' ./rpc/server

soak-drain: ## End a server with 10,000 connections and 1,000 calls in flight (needs 10,100 open files a process)
	SPGEN_DRAIN_CONNECTIONS=10000 SPGEN_DRAIN_CALLS=1000 $(GO) test -count=1 -v -timeout 5m -run 'TestDrainCrowd' ./cmd/server

soak-calls: ## Check the answers of CALLS (10^8) calls in all weathers: hours; Ctrl-C ends it in order (RACE= is faster)
	SPGEN_CHAOS_CALLS=$(CALLS) $(GO) test $(RACE) -count=1 -v -timeout 0 -run 'TestNoAnswerReachesTheWrongRequest' ./internal/chaos

soak-keyed: ## Check that KEYED (200,000) keyed writes happen once while connections break: half an hour
	SPGEN_CHAOS_KEYED=$(KEYED) $(GO) test $(RACE) -count=1 -v -timeout 0 -run 'TestKeyedWritesHappenOnce' ./internal/chaos

soak-chaos: ## Kill PostgreSQL, backends, the server and connections under load, KILLS (200) times; reset connections after every byte
	SPGEN_CHAOS_SAMPLED=1 $(GO) test -count=1 -v -timeout 0 -run 'TestResetAtEveryOffset' ./internal/chaos
	SPGEN_ENDURE_KILLS=$(KILLS) $(GO) test -count=1 -v -timeout 0 -run 'TestKilled' ./internal/endure

soak-connections: ## Hold CONNECTIONS (20000, or what files may be open) for DURATION (10m), and have 1,000 a second come and go
	SPGEN_ENDURE_CONNECTIONS=$(CONNECTIONS) SPGEN_ENDURE_DURATION=$(DURATION) $(GO) test -count=1 -v -timeout 0 -parallel 1 -run 'TestHold|TestChurn' ./internal/endure
soak-unread: ## Measure the p99 of others beside 1,000 clients that do not read, 2 minutes
	SPGEN_UNREAD_ROUNDS=5 $(GO) test -count=1 -v -timeout 10m -run 'TestCrowd' ./rpc/wsrpc

bench: ## Compare the server with hand-written ones and pgbench, 7 minutes (BENCH=-short: 1 minute)
	@mkdir -p bin
	@$(GO) build -trimpath -o bin/ ./bench/compare
	@bin/compare $(BENCH)

bench-overload: ## Show what five times as many calls as the server can do come to, 90 seconds
	@mkdir -p bin
	@$(GO) build -trimpath -o bin/ ./bench/overload
	@bin/overload $(BENCH)

bench-go: ## Run the Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./rpc/... ./internal/... ./bench/...

bench-generate: ## Measure spgen on a schema of 5,000 functions and 500 types
	@mkdir -p bin
	@$(GO) build -trimpath -o bin/ ./cmd/spgen
	@$(GO) run ./bench/generate

fuzz: ## Fuzz every fuzz target for FUZZTIME (10s) each
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | while read -r dir; do \
	  for target in $$(grep -rhoE --include='*_test.go' '^func Fuzz\w+' $$dir/*_test.go | cut -d' ' -f2); do \
	    echo "$$dir $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$dir || exit 1; \
	  done; done

audit: ## Look for known vulnerabilities (needs the network)
	$(TOOL) govulncheck ./...

release: ## Build dist/: static programs for Linux and macOS, their bill of materials (CycloneDX), SHA256SUMS
	@GO="$(GO)" internal/tools/release.sh

reproducible: ## Build this commit twice, in two places, and fail unless the bytes are the same
	@GO="$(GO)" internal/tools/release.sh --verify

clean: ## Remove what was built, and the private PostgreSQL with its data
	rm -rf bin dist .spgen
