# tracer: build, demo, test, bench. `make help` lists the targets.

SHELL := /bin/sh
GO ?= go
CC ?= cc
PYTHONS ?=# colon-separated interpreters to test on, besides those that are found

ARCH := $(patsubst x86_64,amd64,$(patsubst aarch64,arm64,$(shell uname -m)))
LIB := bin/lib/tracer
AGENT := $(LIB)/agent-linux-$(ARCH).so
NOOP := $(LIB)/noop/agent-linux-$(ARCH).so

# One library, without a C runtime: whatever the compiler might call stands in agent/base/memory.c.
AGENT_ROOMS := agent agent/base agent/os agent/abi agent/store agent/record agent/hook
AGENT_SOURCES := $(wildcard $(AGENT_ROOMS:=/*.c))
AGENT_HEADERS := $(wildcard $(AGENT_ROOMS:=/*.h) agent/cpu/*.h agent/gen/*.h)
AGENT_FLAGS := -std=c11 -O2 -fPIC -fvisibility=hidden -ffreestanding -fno-stack-protector -Wall -Wextra -Werror -Iagent
GCC_FLAGS := -fno-tree-loop-distribute-patterns
AGENT_FLAGS_amd64 := $(shell $(CC) -mtls-dialect=gnu2 -E -x c /dev/null >/dev/null 2>&1 && echo -mtls-dialect=gnu2)
AGENT_FLAGS_arm64 := -mno-outline-atomics
AGENT_LINK := -shared -nostdlib

TEST_SOURCES := $(filter-out agent/base/memory.c agent/module.c,$(AGENT_SOURCES)) $(wildcard agent/test/*.c)
SANITIZED := -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer -Iagent -lpthread

.PHONY: all help demo test test-agent test-go conformance cross bench generate clean
all: bin/tracer $(AGENT) $(NOOP) loader ## build everything into bin/

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "%-12s %s\n", $$1, $$2}' Makefile

.PHONY: bin/tracer loader
bin/tracer:
	$(GO) build -trimpath -o $@ ./cmd/tracer

loader:
	@mkdir -p $(LIB)/loader
	@cmp -s python/loader/sitecustomize.py $(LIB)/loader/sitecustomize.py || cp python/loader/sitecustomize.py $(LIB)/loader/

$(AGENT): $(AGENT_SOURCES) $(AGENT_HEADERS) Makefile
	@mkdir -p $(@D)
	$(CC) $(AGENT_FLAGS) $(GCC_FLAGS) $(AGENT_FLAGS_$(ARCH)) $(AGENT_LINK) $(AGENT_SOURCES) -o $@

# The same agent without recording: what the interpreter's callbacks alone cost. For the benchmarks.
$(NOOP): $(AGENT_SOURCES) $(AGENT_HEADERS) Makefile
	@mkdir -p $(@D)
	$(CC) $(AGENT_FLAGS) $(GCC_FLAGS) $(AGENT_FLAGS_$(ARCH)) -DTRACER_NOOP $(AGENT_LINK) $(AGENT_SOURCES) -o $@
	@ln -sfn ../loader $(@D)/loader

demo: all ## trace the bundled program, show where its time goes
	@sh examples/demo.sh

test: all test-agent cross test-go ## run all tests; fetches what it needs

test-agent: build/agent-test-address build/agent-test-thread
	@for t in $^; do rm -rf build/agent-work && mkdir -p build/agent-work && echo "$$t" && $$t build/agent-work || exit 1; done

build/agent-test-address: SANITIZER := address,undefined -fno-sanitize-recover=all
build/agent-test-thread: SANITIZER := thread
build/agent-test-%: $(TEST_SOURCES) $(AGENT_HEADERS) $(wildcard agent/test/*.h) Makefile
	@mkdir -p $(@D)
	$(CC) -fsanitize=$(SANITIZER) $(TEST_SOURCES) $(SANITIZED) -o $@

# The built program and the interpreters are no part of what go test's cache looks at, so it is not used.
test-go: all
	$(GO) vet ./...
	@TRACER_TEST_PYTHONS="$(PYTHONS):$$TRACER_TEST_PYTHONS" $(GO) run ./test/interpreters/cmd -list
	TRACER_TEST_PYTHONS="$(PYTHONS):$$TRACER_TEST_PYTHONS" $(GO) test -count=1 -timeout 25m ./...
	$(GO) test -count=1 -race -timeout 15m $$($(GO) list ./... | grep -v -e /test -e /bench -e /python$$)

# What test-go runs of test/conformance is a selection; this is all of it.
conformance: all ## run CPython's own tests and packages' traced and untraced (hours)
	TRACER_TEST_PYTHONS="$(PYTHONS):$$TRACER_TEST_PYTHONS" $(GO) test -count=1 -v -timeout 24h ./test/conformance -all -stress 10m

# The whole for linux/arm64, the reading half for systems that only read.
cross: ## build for the other systems and CPUs
	GOOS=linux GOARCH=arm64 $(GO) build -o build/linux-arm64/tracer ./cmd/tracer
	GOOS=linux GOARCH=amd64 $(GO) vet ./cmd/tracer
	GOOS=windows GOARCH=amd64 $(GO) build -o build/windows-amd64/tracer.exe ./cmd/tracer
	GOOS=darwin GOARCH=arm64 $(GO) build -o build/darwin-arm64/tracer ./cmd/tracer
	@mkdir -p build/linux-arm64/lib/tracer
	cc=$$(sh agent/cross-cc.sh arm64) && $$cc $(AGENT_FLAGS) $(AGENT_FLAGS_arm64) $(AGENT_LINK) $(AGENT_SOURCES) \
		-o build/linux-arm64/lib/tracer/agent-linux-arm64.so

bench: all ## measure overhead and reading speed (long; see bench/README.md)
	$(GO) run ./bench

generate: ## write anew what is generated
	$(GO) generate ./...

clean: ## remove what was built
	rm -rf bin build
