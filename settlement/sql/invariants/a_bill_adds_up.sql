-- Every bill adds up to the cent, and pays what is left after recoveries, never less than 0. (R2.5)
SELECT CASE WHEN (
           b.settlement_amount = b.sales_amount - b.customer_wht - b.platform_fee
                                 - b.withholding_tax - b.digital_service_tax + b.adjustments
           AND b.net_payable = greatest(b.settlement_amount, 0) - b.recovered
           AND b.recovered >= 0 AND b.net_payable >= 0) IS NOT TRUE
       THEN format('bill %%s: %%s - %%s - %%s - %%s - %%s + %%s is shown as %%s; less %%s recovered as %%s',
                   b.number, b.sales_amount, b.customer_wht, b.platform_fee, b.withholding_tax,
                   b.digital_service_tax, b.adjustments, b.settlement_amount, b.recovered, b.net_payable)
       END AS difference
FROM settlement_bill b
WHERE touched(bill, b.id)
