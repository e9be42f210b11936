-- A payout is paid because a line of a statement shows it leaving, or because a person says so. (R4.4, R8.2)
-- By lines of settlement_bankline.
SELECT CASE WHEN p.paid_at IS NOT NULL AND p.paid_by_id IS NULL AND NOT is_on_a_statement(p)
       THEN format('payout %%s is %%s; neither a statement nor a person says that it was paid', p.number, p.state)
       END AS difference
FROM settlement_payout p
WHERE touched(seller, p.seller_id)
