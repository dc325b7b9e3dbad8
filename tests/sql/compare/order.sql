-- Which of two sets permits more. After views.sql, and a table sets (a, b) of those to compare.

-- Is all that a permits permitted by b, for certificates of the kind?
CREATE TABLE within AS
WITH both_ways AS (SELECT a, b FROM sets UNION SELECT b, a FROM sets),
left_out AS (
    SELECT DISTINCT both_ways.a, both_ways.b, had.kind
    FROM both_ways JOIN atom AS had ON had.id = both_ways.a
    ANTI JOIN atom AS has ON has.id = both_ways.b AND has.kind = had.kind AND has.who = had.who
        AND has.own = had.own AND (has.account IS NULL OR has.account = had.account)
        AND (has.method IS NULL OR has.method = had.method))
SELECT both_ways.a, both_ways.b, was.kind,
       CASE WHEN both_ways.a = both_ways.b OR is_now.policy = 'unrestricted' THEN true
                WHEN was.policy = 'unrestricted' OR was.too_long OR is_now.too_long THEN false
                ELSE left_out.a IS NULL END AS holds
FROM both_ways JOIN permission AS was ON was.id = both_ways.a
JOIN permission AS is_now ON is_now.id = both_ways.b AND is_now.kind = was.kind
LEFT JOIN left_out ON left_out.a = both_ways.a AND left_out.b = both_ways.b
                  AND left_out.kind = was.kind;
