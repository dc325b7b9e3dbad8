SELECT ends.*, name, ca_operator, kind, was, lag, from_set, to_set, time_text(from_at) AS from_seen_at,
       time_text(to_at) AS to_seen_at, time_text(followed_until) AS followed_until,
       if(permitted_again, 'permitted_again', 'end_of_list') AS ended_by,
       time_text(last) AS last_not_before, lag_lo AS lag_lo_s, lag_hi AS lag_hi_s
FROM ends() AS ends CROSS JOIN removal
