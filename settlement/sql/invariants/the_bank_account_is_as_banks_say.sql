-- The ledger's bank account holds the last closing balances, and what notifications have told since. (R8.2)
WITH closings AS (
    SELECT DISTINCT ON (account, currency) currency, closing
    FROM settlement_bankstatement
    WHERE format IN ('camt.053', 'mt940') AND state = 'taken'
    ORDER BY account, currency, closed_on DESC, opened_on DESC, id DESC
),
said AS (
    SELECT currency, closing AS amount FROM closings
    UNION ALL
    SELECT l.currency, l.amount
    FROM settlement_bankline l
    JOIN settlement_bankstatement s ON s.id = l.statement_id
    WHERE s.format IN ('camt.052', 'camt.054') AND l.state NOT IN ('repeated', 'reversed')
      AND NOT EXISTS (
          SELECT FROM settlement_bankline r
          JOIN settlement_bankline f ON f.id = r.repeats_id
          JOIN settlement_bankstatement t ON t.id = r.statement_id
          WHERE t.format IN ('camt.053', 'mt940') AND r.state = 'repeated'
            AND (f.id = l.id OR f.statement_id = l.statement_id
                 AND f.entry_reference = l.entry_reference AND l.entry_reference <> ''))
),
booked AS (
    SELECT currency, sum(amount) AS amount FROM settlement_ledgerentry WHERE account = 'bank' GROUP BY currency
)
SELECT CASE WHEN coalesce(b.amount, 0) <> coalesce(e.amount, 0)
       THEN format('%%s at the bank: %%s in the ledger, %%s by statements', currency,
                   coalesce(b.amount, 0), coalesce(e.amount, 0))
       END AS difference
FROM (SELECT currency, sum(amount) AS amount FROM said GROUP BY currency) e
FULL JOIN booked b USING (currency)
