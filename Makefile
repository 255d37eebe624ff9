# Shuke is built with Go, Node, git, bash and make; nothing else.
# The work is done by scripts/, which may be called directly.

SHELL := bash
.DEFAULT_GOAL := help

##@ Start here
.PHONY: demo test
demo: build ## Build everything and open a living demo shop in the browser
	./bin/shuke demo

test: ## Run every check: lint, both databases, pages, browser (under 20 minutes)
	@scripts/test

##@ Build and run
.PHONY: build go web run build-all clean
build: web go ## Build the pages and the binary bin/shuke

go: ## Build bin/shuke with the pages as they are
	@scripts/build

web: ## Build the pages into internal/webui/dist
	@scripts/web build

run: build ## Build and run Shuke on a database of your own
	./bin/shuke serve

build-all: web ## Build the binaries of a release into dist/
	@scripts/build --all

clean: ## Remove what was built
	rm -rf bin dist internal/webui/dist/admin internal/webui/dist/mobile web/node_modules

##@ Look after the code
.PHONY: fmt lint generate
fmt: ## Format Go and the pages
	gofmt -w cmd internal
	@scripts/web fix

lint: ## gofmt, vet, staticcheck, the rules of the house; types and biome for the pages
	@scripts/lint
	@scripts/arch
	@scripts/web check

generate: ## Renew docs/events.md, docs/segments.md, the OpenAPI file and web/src/api/schema.gen.ts
	@scripts/generate

##@ Longer runs
.PHONY: bench fuzz soak
bench: ## Measure, with the floor in the same run; writes docs/benchmarks.md
	@scripts/bench

fuzz: ## Run each fuzz target for FUZZTIME (30s)
	@scripts/fuzz

soak: ## The tests of endurance: 1,000 kills, long loads (hours)
	@scripts/soak

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
