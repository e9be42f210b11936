-- The suspense account holds the lines of which nobody knows yet whose they are, and nothing else. (R8.2)
SELECT CASE WHEN coalesce(b.amount, 0) <> coalesce(l.amount, 0)
       THEN format('suspense in %%s: %%s in the ledger, lines over %%s', currency, coalesce(b.amount, 0),
                   coalesce(l.amount, 0))
       END AS difference
FROM (SELECT currency, sum(amount) AS amount FROM settlement_ledgerentry
      WHERE account = 'suspense' GROUP BY currency) b
FULL JOIN (SELECT currency, -sum(amount) AS amount FROM settlement_bankline
           WHERE state = 'suspense' GROUP BY currency) l USING (currency)
