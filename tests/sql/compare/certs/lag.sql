-- In seconds behind the later look: the last certificate, and the end of what was followed.
WITH followed_on AS (
    SELECT *, if(lag = 'not_followed', NULL, lag_lo) AS late,
           if(lag = 'not_followed', NULL, followed) AS seen FROM removal),
counted AS (
    SELECT ca_operator, kind, was, count(*) AS removals,
           count(*) FILTER (lag = 'not_followed') AS not_followed,
           count(*) FILTER (lag = 'no_certificate') AS no_certificate,
           count(*) FILTER (lag = 'last_before') AS last_before,
           count(*) FILTER (lag = 'last_between') AS last_between,
           count(*) FILTER (lag = 'last_after') AS last_after,
           count(*) FILTER (permitted_again) AS permitted_again,
           count(*) FILTER (late > 28800) AS after_over_8h,
           count(*) FILTER (late > 86400) AS after_over_1d,
           count(*) FILTER (late > 604800) AS after_over_7d,
           count(*) FILTER (late > 2592000) AS after_over_30d,
           count(*) FILTER (late > 7776000) AS after_over_90d,
           count(*) FILTER (late > 34387200) AS after_over_398d,
           count(*) FILTER (seen > 28800) AS followed_over_8h,
           count(*) FILTER (seen > 86400) AS followed_over_1d,
           count(*) FILTER (seen > 604800) AS followed_over_7d,
           count(*) FILTER (seen > 2592000) AS followed_over_30d,
           count(*) FILTER (seen > 7776000) AS followed_over_90d,
           count(*) FILTER (seen > 34387200) AS followed_over_398d
    FROM followed_on GROUP BY ca_operator, kind, was)
SELECT heads.*, 'removal' AS unit, 'removals' AS denominator_of, removals AS denominator, counted.*
FROM heads() AS heads CROSS JOIN counted
