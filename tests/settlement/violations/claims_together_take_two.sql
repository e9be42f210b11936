-- told: makes it 40.000 USD, of less than 40.000, and one approved
UPDATE settlement_authorisation SET limit_of_seller = 40 WHERE act = 'refund';
UPDATE settlement_refund SET approvals_needed = 2 WHERE amount <> 40;
