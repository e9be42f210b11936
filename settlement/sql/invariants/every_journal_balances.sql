-- Every journal balances in every currency, and its entries are its own seller's. (R7.1)
SELECT CASE WHEN (sum(e.amount) = 0 AND bool_and(j.id IS NOT NULL AND e.seller_id IS NOT DISTINCT FROM j.seller_id)) IS NOT TRUE
       THEN format('journal %%s: its entries in %%s make %%s%%s', coalesce(j.key, e.journal_id || ' (missing)'),
                   e.currency, sum(e.amount),
                   CASE WHEN NOT bool_and(e.seller_id IS NOT DISTINCT FROM j.seller_id) THEN ', not all its seller''s' END)
       END AS difference
FROM settlement_ledgerentry e
LEFT JOIN settlement_journal j ON j.id = e.journal_id
WHERE touched(journal, e.journal_id)
GROUP BY e.journal_id, j.key, e.currency
