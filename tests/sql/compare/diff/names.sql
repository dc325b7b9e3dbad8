SELECT scan_id, from_scan_id, name, class, policy, operator, o.outcome AS from_outcome,
       n.outcome AS to_outcome, o.error_class AS from_error, n.error_class AS to_error,
       o.found_at AS from_found_at, n.found_at AS to_found_at, o.rrset_owner AS from_owner,
       n.rrset_owner AS to_owner, o.text AS from_set, n.text AS to_set,
       CAST(o.inconsistent AS INTEGER) AS from_inconsistent,
       CAST(n.inconsistent AS INTEGER) AS to_inconsistent
FROM both_scans() AS both_scans CROSS JOIN compared JOIN class USING (class) WHERE place <= 9
