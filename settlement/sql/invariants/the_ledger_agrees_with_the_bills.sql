-- Sales, fees, taxes and what is payable stand in the ledger as bills, returned deposits and payouts say. (R7.2)
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
        ('digital_service_tax', -b.digital_service_tax),
        ('seller_payable', -b.net_payable)) leg (account, amount)
    UNION ALL
    SELECT m.seller_id, d.currency, 'seller_payable', m.change
    FROM settlement_depositmovement m
    JOIN settlement_deposit d ON d.seller_id = m.seller_id
    WHERE EXISTS (SELECT FROM settlement_payoutitem i WHERE i.movement_id = m.id)
    UNION ALL
    SELECT p.seller_id, p.currency, leg.account, leg.amount
    FROM settlement_payout p
    JOIN settlement_payoutitem i ON i.payout_id = p.id,
    LATERAL (VALUES ('seller_payable', i.net), ('input_vat', i.tax)) leg (account, amount)
    WHERE p.state IN ('sent', 'paid')
    ) moved
    GROUP BY seller_id, currency, account
),
booked AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM settlement_ledgerentry
    WHERE account IN ('customer_sales', 'customer_wht', 'platform_fee', 'withholding_tax',
                      'digital_service_tax', 'seller_payable', 'input_vat')
    GROUP BY seller_id, currency, account
)
SELECT CASE WHEN coalesce(e.amount, 0) <> coalesce(b.amount, 0)
       THEN format('%%s of %%s: %%s %%s in the ledger, %%s by bills, deposits and payouts', account, s.number,
                   coalesce(b.amount, 0), currency, coalesce(e.amount, 0))
       END AS difference
FROM expected e
FULL JOIN booked b USING (seller_id, currency, account)
LEFT JOIN sellers_seller s ON s.id = seller_id
