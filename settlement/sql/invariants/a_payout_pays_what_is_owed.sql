-- A payout is the sum of its items, and each item what its bill or its returned deposit pays. (R8.2)
SELECT CASE WHEN p.amount <> coalesce(sum(i.net + i.tax), 0)
       THEN format('payout %%s is over %%s %%s; its items make %%s', p.number, p.amount, p.currency,
                   coalesce(sum(i.net + i.tax), 0))
       WHEN bool_or(i.is_open = (p.state IN ('failed', 'returned')))
       THEN format('payout %%s is %%s, and its items are not', p.number, p.state)
       WHEN bool_or(coalesce(b.net_payable, -m.change) <> i.net
                    OR i.tax <> (SELECT coalesce(sum(v.tax), 0) FROM settlement_invoice v
                                 WHERE v.bill_id = i.bill_id AND v.state = 'verified')
                    OR coalesce(b.seller_id, m.seller_id) <> p.seller_id
                    OR coalesce(b.currency, d.currency) <> p.currency)
       THEN format('payout %%s pays something else than is owed to its seller', p.number)
       END AS difference
FROM settlement_payout p
LEFT JOIN settlement_payoutitem i ON i.payout_id = p.id
LEFT JOIN settlement_bill b ON b.id = i.bill_id
LEFT JOIN settlement_depositmovement m ON m.id = i.movement_id
LEFT JOIN settlement_deposit d ON d.seller_id = m.seller_id
WHERE touched(seller, p.seller_id)
GROUP BY p.id
