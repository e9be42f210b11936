-- Sales, fees, taxes and what is payable stand in the ledger as bills, returned deposits and payouts say. (R7.2)
-- But for what is payable, a bill is posted by one journal; so one that has not been touched is not read again.
WITH expected AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM (
    SELECT b.seller_id, b.currency, leg.account, leg.amount
    FROM settlement_bill b,
    LATERAL (VALUES
        ('customer_sales', b.sales_amount),
        ('customer_wht', -b.customer_wht),
        ('platform_fee', -b.platform_fee),
        ('withholding_tax', -b.withholding_tax),
        ('digital_service_tax', -b.digital_service_tax)) leg (account, amount)
    WHERE touched(bill, b.id)
    UNION ALL
    SELECT b.seller_id, b.currency, 'seller_payable', -b.net_payable
    FROM settlement_bill b
    WHERE touched(seller, b.seller_id)
    UNION ALL
    SELECT m.seller_id, d.currency, 'seller_payable', m.change
    FROM settlement_depositmovement m
    JOIN settlement_deposit d ON d.seller_id = m.seller_id
    WHERE EXISTS (SELECT FROM settlement_payoutitem i WHERE i.movement_id = m.id) AND touched(seller, m.seller_id)
    UNION ALL
    SELECT p.seller_id, p.currency, leg.account, leg.amount
    FROM settlement_payout p
    JOIN settlement_payoutitem i ON i.payout_id = p.id,
    LATERAL (VALUES ('seller_payable', i.net), ('input_vat', i.tax)) leg (account, amount)
    WHERE p.state IN ('sent', 'paid') AND touched(seller, p.seller_id)
    ) moved
    GROUP BY seller_id, currency, account
),
booked AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM settlement_ledgerentry
    WHERE account IN ('customer_sales', 'customer_wht', 'platform_fee', 'withholding_tax', 'digital_service_tax')
      AND touched(journal, journal_id)
    GROUP BY seller_id, currency, account
    UNION ALL
    SELECT seller_id, currency, account, sum(amount)
    FROM settlement_ledgerentry
    WHERE account IN ('seller_payable', 'input_vat') AND touched(seller, seller_id)
    GROUP BY seller_id, currency, account
)
SELECT CASE WHEN coalesce(e.amount, 0) <> coalesce(b.amount, 0)
       THEN format('%%s of %%s: %%s %%s in the ledger, %%s by bills, deposits and payouts', account, s.number,
                   coalesce(b.amount, 0), currency, coalesce(e.amount, 0))
       END AS difference
FROM expected e
FULL JOIN booked b USING (seller_id, currency, account)
LEFT JOIN sellers_seller s ON s.id = seller_id
