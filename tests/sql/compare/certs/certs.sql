SELECT ends.*, name, issuer, ca_operator, time_text(not_before) AS not_before,
       if(is_wild, 'true', 'false') AS wildcard, verdict,
       if(b IS NULL, NULL, before_verdict) AS before, before_reason, b.text AS before_set,
       time_text(b.moment) AS before_seen_at, if(a IS NULL, NULL, after_verdict) AS after, after_reason,
       a.text AS after_set, time_text(a.moment) AS after_seen_at,
       between_looks AS set_changed_between, since AS set_changed_since
FROM ends() AS ends CROSS JOIN judged
