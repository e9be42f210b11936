-- No receivable is open while its seller's deposit is positive. (R5.4)
SELECT CASE WHEN d.balance > 0
       THEN format('receivable %%s is open with %%s while the deposit of %%s holds %%s', v.number,
                   r.outstanding, s.number, d.balance)
       END AS difference
FROM settlement_receivable v
JOIN settlement_recovery r ON r.id = v.recovery_id
JOIN sellers_seller s ON s.id = v.seller_id
LEFT JOIN settlement_deposit d ON d.seller_id = v.seller_id
WHERE r.state = 'receivable' AND touched(seller, v.seller_id)
