-- A payout leaves the bank once, alone or with its batch. (R8.2)
-- By lines of settlement_bankline, as settlement_journal has cleared them.
SELECT CASE WHEN times_it_left(p) > 1
       THEN format('payout %%s left the bank %%s times', p.number, times_it_left(p))
       END AS difference
FROM settlement_payout p
WHERE touched(seller, p.seller_id)
