#!/usr/bin/env bash
# Measures which lines the unit and fuzz tests run: the page goes to artifacts/coverage, the summary to
# reports/coverage.md. Fails when less than 95 % of the lines of the reference store (src/Reference/XenStore) are run.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

results=artifacts/coverage/results
rm -rf artifacts/coverage
dotnet tool restore
for project in tests/unit tests/fuzz; do
	dotnet test "$project" -c Release --collect:"XPlat Code Coverage" --results-directory "$results"
done

# generate TARGET TYPES [MORE…]: one report of the lines that are ours.
generate() {
	local target=$1 types=$2
	shift 2
	dotnet reportgenerator "-reports:$results/*/coverage.cobertura.xml" "-targetdir:$target" "-reporttypes:$types" \
		"-assemblyfilters:+Conformance.*;+xenconf;-Conformance.Tests.*" -verbosity:Warning "$@"
}

generate artifacts/coverage Html "-filefilters:-*.g.cs"
status=0
generate artifacts/coverage/store TextSummary "-filefilters:+*/src/Reference/XenStore/*" \
	minimumCoverageThresholds:lineCoverage=95 || status=$?

{
	echo "# Lines run by the unit and fuzz tests"
	echo
	echo "Made by \`scripts/coverage.sh\`, which fails when src/Reference/XenStore is below 95 %."
	echo
	echo "| part | lines run |"
	echo "|---|---|"
	echo "| src/Reference/XenStore | $(sed -n 's/^ *Line coverage: *//p' artifacts/coverage/store/Summary.txt) |"
} >reports/coverage.md
cat reports/coverage.md
[ "$status" = 0 ] || echo "coverage: src/Reference/XenStore is below 95 %; artifacts/coverage/index.html shows which lines are missing" >&2
exit "$status"
