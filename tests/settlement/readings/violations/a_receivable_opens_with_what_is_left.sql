-- told: receivable RV-OTHER is of recovery RC202403-C
UPDATE settlement_receivable SET number = 'RV-OTHER' WHERE number = 'RV202403-C';

-- told: receivable RV202403-C opened with 250.000; recovery RC202403-C of 280.000 never had that outstanding
UPDATE settlement_receivable SET amount = 250 WHERE number = 'RV202403-C';

-- told: before it opened at
UPDATE settlement_receivable SET opened_at = opened_at + interval '400 days';
