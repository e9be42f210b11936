-- told: bill B202403-A is paid, and nobody has approved it
UPDATE settlement_bill SET state = 'paid' WHERE number = 'B202403-A';

-- told: bill B202401-B is invoice_under_review, and nobody has approved it
DELETE FROM koogallery_act WHERE verb = 'approved' AND object_kind = 'bill';

-- told: bill B202401-B pays 85.000 and is closed_without_payment
UPDATE settlement_bill SET state = 'closed_without_payment' WHERE number = 'B202401-B';
