-- told: makes it 40.000 USD, of less than 40.000, and one approved
UPDATE settlement_authorisation SET limit_of_seller = 40 WHERE act = 'refund';
UPDATE settlement_refund SET approvals_needed = 2 WHERE amount <> 40;

-- told: makes it 58.000 USD, of less than 58.000, and one approved
UPDATE settlement_authorisation SET limit_of_seller = 58 WHERE act = 'refund';
UPDATE sellers_order SET customer_account = number, sold_to_account = number;
UPDATE settlement_refund SET customer_account = CASE number WHEN (
    SELECT min(number) FROM settlement_refund) THEN U&'\FF26ABRIKAM' ELSE 'fabrikam' END;

-- told: makes it 58.000 USD, of less than 58.000, and one approved
UPDATE settlement_authorisation SET limit_of_seller = 58 WHERE act = 'refund';
UPDATE settlement_refund SET customer_account = number;
UPDATE sellers_order SET sold_to_account = customer_account, customer_account = number;
