-- told: is receivable with 11.050 outstanding
UPDATE settlement_receivable SET state = 'paid' WHERE state = 'open';

-- told: is receivable with 11.050 outstanding
UPDATE settlement_receivable SET state = 'moved_to_bill' WHERE state = 'open';

-- told: is receivable with 11.050 outstanding
DELETE FROM settlement_allocation WHERE source = 'payment';
DELETE FROM settlement_receivablepayment;
DELETE FROM settlement_receivable;

-- told: is receivable with 11.050 outstanding
UPDATE settlement_receivable SET amount = 10 WHERE state = 'open';

-- told: is receivable with 11.050 outstanding
UPDATE settlement_receivablepayment SET amount = 16;

-- told: is open with 40.000 outstanding
UPDATE settlement_receivable SET state = 'open' WHERE state = 'moved_to_bill';
