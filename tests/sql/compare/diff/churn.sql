SELECT scan_id, from_scan_id, name, list, outcome, operator FROM both_scans() AS both_scans CROSS JOIN alone
