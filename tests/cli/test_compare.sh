#!/usr/bin/env bash
# Results of several runs side by side: exit status, formats, and files that are not what they should be.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

run 0 test 'order*' --quiet --json "$work/good.json"
run 1 test 'order*' data/not-the-end --defect accept-bare-lf-dot --quiet --json "$work/bad.json"
run 0 test 'order*' data/not-the-end --quiet --json "$work/all.json"

# Two runs of one server: status 1 where anything became worse, and it is named.
run 1 compare "$work/all.json" "$work/bad.json"
out "Comparison of reference server (all.json) and reference server (bad.json)"
out "data/not-the-end/lf-dot-lf"
out "| pass | fail |"
out "**3 worse**, 0 better, 0 new, 0 gone"
err "3 became worse"
run 0 compare "$work/bad.json" "$work/all.json"
out "**0 worse**, 3 better"
run 0 compare "$work/good.json" "$work/all.json"
out "0 worse**, 0 better, 15 new"
run 0 compare "$work/all.json" "$work/all.json"
# More runs have no direction: what fails somewhere is shown, and is no failure of the comparison.
run 0 compare "$work/good.json" "$work/bad.json" "$work/all.json"
out "## Not the same everywhere: 15"
not_out "order/"
run 0 compare "$work/good.json" "$work/bad.json" "$work/all.json" --all
out "order/"

# The format follows the file's name, and what was there stays when it cannot be written.
run 1 compare "$work/all.json" "$work/bad.json" -o "$work/out.csv"
grep -q '^"data/not-the-end/lf-dot-lf","MUST","RFC 5321 section 4.1.1.4",.*,"yes","worse","no","pass","fail",' \
    "$work/out.csv" || complain "the CSV has no row of the result"
run 1 compare "$work/all.json" "$work/bad.json" --format json
mv "$work/out" "$work/json"
json 'd["changes"]["worse"] == 3 and [r["verdict"] for r in d["rows"][0]["runs"]] == ["pass", "fail"]'
run 1 compare "$work/all.json" "$work/bad.json" -o "$work/out.html"
grep -q '<td class=pass>pass<td class=fail>fail' "$work/out.html" || complain "the page has no matrix"
run 1 compare "$work/all.json" "$work/bad.json" --brief -o "$work/brief.html"
brief=$(wc -c <"$work/brief.html") whole=$(wc -c <"$work/out.html")
[ "$brief" -lt "$whole" ] || complain "the brief page has $brief octets, the whole one $whole"
grep -q 'null\],\[[0-9]*,[0-9]*,[0-9]*,\[' "$work/brief.html" || complain "the brief page has no row that passed and failed"
run 2 compare "$work/all.json" "$work/bad.json" -o "$work/out.pdf"
err "the ending of --output's file: expected md, html, csv or json"
run 2 compare "$work/all.json" "$work/bad.json" --format exe
err "--format: expected md, html, csv or json"
run 3 compare "$work/all.json" "$work/all.json" -o "$work/nowhere/out.md"
err "cannot be written"

# What is wrong with a file is said with its place, for all files at once.
printf '{"format": "smtpspec-results",\n "version": 1,,}' >"$work/broken.json"
printf '{"format": "other"}' >"$work/other.json"
sed 's/"verdict": "pass"/"verdict": "fine\\u001b[31m"/' "$work/good.json" >"$work/hostile.json"
run 2 compare "$work/broken.json" "$work/other.json" "$work/hostile.json" "$work/absent.json"
err "$work/broken.json:2:15: expected the JSON of smtpspec test --json, found a mistake:"
err "$work/other.json: format: expected 'smtpspec-results' (a file that smtpspec test --json wrote), found 'other'"
err "$work/hostile.json: plain[0].verdict: expected pass, warn, fail, skip, blocked or error, found 'fine\\x1b[31m'"
err "$work/absent.json: expected a file that can be read, found: No such file or directory"
run 2 compare "$work/all.json"
err "expected the results of two runs or more, found 1"
run 2 compare - -
err "'-', standard input, once"

# What is published of runs has verdicts, and takes titles and requirements from the suite.
published=$here/../../reports/published
run 0 compare "$published/exim-4.96.json" "$published/exim-4.96.json" --all
out "| Exim 4.96 (Debian 12) ("
out "**0 worse**, 0 better"
out "VRFY"
run 0 compare "$published"/*.json --format json
mv "$work/out" "$work/json"
json 'len(d["rows"]) > 1400 and all(r["level"] for r in d["rows"])'
run "[01]" compare "$published/exim-4.96.json" "$work/all.json" --all
out "data/not-the-end/lf-dot-lf"
sed 's/"data\/not-the-end\/lf-dot-lf": "[a-z]*"/"data\/not-the-end\/lf-dot-lf": "fine"/' "$published/exim-4.96.json" >"$work/odd.json"
run 2 compare "$work/odd.json" "$work/all.json"
err "verdicts.data/not-the-end/lf-dot-lf: expected pass, warn, fail, skip, blocked or error, found 'fine'"
