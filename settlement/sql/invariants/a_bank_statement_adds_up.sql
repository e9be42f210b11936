-- Of each statement: opening and lines make the closing. (R8.2)
SELECT CASE WHEN s.opening + coalesce(sum(l.amount), 0) <> s.closing
       THEN format('statement %%s: %%s and lines over %%s make no %%s', s.number, s.opening,
                   coalesce(sum(l.amount), 0), s.closing)
       END AS difference
FROM settlement_bankstatement s
LEFT JOIN settlement_bankline l ON l.statement_id = s.id
WHERE s.format IN ('camt.053', 'mt940') AND touched(bank_statement, s.id)
GROUP BY s.id
