#!/bin/sh
# The main job on real input: a batch job over files that takes longer than it should. Traces it, and shows where its
# time goes. Run by `make demo`, which builds bin/tracer first.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
tracer=$root/bin/tracer
python=$(cd "$root" && go run ./test/interpreters/cmd)
work=$root/build/demo
rm -rf "$work"
mkdir -p "$work"

# what is about to run, as one would type it
show() {
	printf '\n$ %s\n' "$*"
}

cd "$root/examples"
"$python" -B ledger/make_input.py "$work/input"
show tracer run -m ledger input report
"$tracer" run --python "$python" -o "$work/ledger.trace" -m ledger "$work/input" "$work/report"
show tracer report
"$tracer" report --limit 8 "$work/ledger.trace"
show tracer report --by line
"$tracer" report --by line --limit 8 "$work/ledger.trace"
show tracer annotate book.py
"$tracer" annotate --context 2 "$work/ledger.trace" book.py
printf '\nThe trace stays in build/demo. More to see: bin/tracer events build/demo/ledger.trace --limit 20\n'
