-- Sales, fees, taxes and what is payable stand in the ledger as they stand on the bills. (R7.2)
WITH expected AS (
    SELECT b.seller_id, b.currency, leg.account, sum(leg.amount) AS amount
    FROM settlement_bill b,
    LATERAL (VALUES
        ('customer_sales', b.sales_amount),
        ('customer_wht', -b.customer_wht),
        ('platform_fee', -b.platform_fee),
        ('withholding_tax', -b.withholding_tax),
        ('digital_service_tax', -b.digital_service_tax),
        ('seller_payable', -b.net_payable)) leg (account, amount)
    GROUP BY b.seller_id, b.currency, leg.account
),
booked AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM settlement_ledgerentry
    WHERE account IN ('customer_sales', 'customer_wht', 'platform_fee', 'withholding_tax',
                      'digital_service_tax', 'seller_payable')
    GROUP BY seller_id, currency, account
)
SELECT CASE WHEN coalesce(e.amount, 0) <> coalesce(b.amount, 0)
       THEN format('%%s of %%s: %%s %%s in the ledger, %%s by the bills', account, s.number,
                   coalesce(b.amount, 0), currency, coalesce(e.amount, 0))
       END AS difference
FROM expected e
FULL JOIN booked b USING (seller_id, currency, account)
LEFT JOIN sellers_seller s ON s.id = seller_id
