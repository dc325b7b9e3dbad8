SELECT scan_id, i.name, i.a.name AS ancestor, i.content, i.effect AS issue_effect,
       w.effect AS wild_effect, i.s.text AS set, i.a.text AS hidden_set, i.s.found_at AS found_at,
       i.s.rrset_owner AS owner, i.a.found_at AS hidden_found_at,
       CAST(i.s.rrset_owner <> i.s.found_at AS INTEGER) AS by_alias,
       CAST(i.s.inconsistent OR i.a.inconsistent AS INTEGER) AS inconsistent,
       i.s.operator AS operator
FROM one_scan() CROSS JOIN effect AS i JOIN effect AS w ON w.name = i.name
WHERE i.kind = 'issue' AND w.kind = 'wild'
  AND (i.effect IN ('undoes', 'widens') OR w.effect IN ('undoes', 'widens'))
