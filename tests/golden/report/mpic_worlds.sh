# Scans of one list at four vantages: a.zst is the primary's, b, c and d are remotes'.
cat > vantages.csv <<'ROWS'
vantage,rir,lat,lon
berlin,RIPE NCC,52.5,13.4
dallas,ARIN,32.8,-96.8
tokyo,APNIC,35.7,139.7
paris,RIPE NCC,48.9,2.4
ROWS
scan()
{
    sed "s/}\$/, \"vantage\": \"$2\"}/" | "$SUITE"/make_records.py "$1.zst" --scan "survey-$2"
}
scan a berlin <<'ROWS'
{"name": "agree.com", "set": [[0, "issue", "ca.example"]]}
{"name": "words.com", "set": [[0, "issue", "ca.example"]], "ns": ["ns.host.example"]}
{"name": "hidden.com", "set": [[0, "issue", "ca.example"]], "ns": ["ns.host.example"]}
{"name": "blocked.com", "set": [[0, "issue", "ca.example"]]}
{"name": "stricter.com", "set": [[0, "issue", ";"]]}
{"name": "dead.com"}
{"name": "unsigned.com"}
{"name": "split.com", "notes": [{"kind": "ns_inconsistent", "at": "split.com", "detail": "content"}]}
{"name": "skipped.com"}
{"name": "only.com"}
ROWS
scan b dallas <<'ROWS'
{"name": "agree.com", "set": [[0, "issue", "ca.example"]]}
{"name": "words.com", "set": [[0, "ISSUE", "CA.example"], [0, "iodef", "mailto:a@words.com"]]}
{"name": "hidden.com", "set": [[0, "issue", "other.example"]]}
{"name": "blocked.com", "set": [[0, "issue", "other.example"]]}
{"name": "stricter.com"}
{"name": "dead.com", "error": "timeout"}
{"name": "unsigned.com", "error": "servfail", "dnssec": "insecure", "retries": 3}
{"name": "split.com", "set": [[0, "issue", "ca.example"]]}
{"name": "skipped.com", "outcome": "skipped", "own": "skipped"}
{"name": "else.com"}
ROWS
scan c tokyo <<'ROWS'
{"name": "agree.com", "set": [[0, "issue", "ca.example"]]}
{"name": "words.com", "set": [[0, "issue", "ca.example"]]}
{"name": "hidden.com", "set": [[0, "issue", "ca.example"]]}
{"name": "blocked.com", "set": [[0, "issue", "other.example"]]}
{"name": "stricter.com"}
{"name": "dead.com", "error": "timeout"}
{"name": "unsigned.com", "error": "servfail", "dnssec": "insecure", "retries": 1}
{"name": "split.com"}
{"name": "skipped.com"}
{"name": "only.com"}
ROWS
scan d paris <<'ROWS'
{"name": "agree.com", "set": [[0, "issue", "ca.example"]]}
{"name": "words.com", "set": [[0, "issue", "ca.example"]]}
{"name": "hidden.com", "set": [[0, "issue", "ca.example"]]}
{"name": "blocked.com", "set": [[0, "issue", "ca.example"]]}
{"name": "stricter.com"}
{"name": "dead.com"}
{"name": "unsigned.com"}
{"name": "split.com"}
{"name": "skipped.com"}
{"name": "only.com"}
ROWS
