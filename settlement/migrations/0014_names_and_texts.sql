-- A name is one line without control characters, a text of limited length (R1.8): what the columns say in
-- koogallery/fields.py. Django writes a column's check when it makes the column, not when it alters one.
ALTER TABLE settlement_adjustment
    ADD CONSTRAINT settlement_adjustment_reason_check CHECK (char_length("reason") <= 2000);
ALTER TABLE settlement_depositmovement
    ADD CONSTRAINT settlement_depositmovement_reference_check CHECK ("reference" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
ALTER TABLE settlement_dispute
    ADD CONSTRAINT settlement_dispute_reason_check CHECK (char_length("reason") <= 2000),
    ADD CONSTRAINT settlement_dispute_answer_check CHECK (char_length("answer") <= 2000);
ALTER TABLE settlement_invoice
    ADD CONSTRAINT settlement_invoice_invoice_no_check CHECK ("invoice_no" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT settlement_invoice_company_name_check CHECK ("company_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT settlement_invoice_vat_no_check CHECK ("vat_no" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT settlement_invoice_bank_account_check CHECK ("bank_account" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT settlement_invoice_beneficiary_check CHECK ("beneficiary" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT settlement_invoice_bank_name_check CHECK ("bank_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT settlement_invoice_bank_address_check CHECK ("bank_address" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT settlement_invoice_rejection_reason_check CHECK (char_length("rejection_reason") <= 2000);
ALTER TABLE settlement_billpreviewseller
    ADD CONSTRAINT settlement_billpreviewseller_look_comment_check CHECK (char_length("look_comment") <= 2000);
ALTER TABLE settlement_refund
    ADD CONSTRAINT settlement_refund_reason_check CHECK (char_length("reason") <= 2000),
    ADD CONSTRAINT settlement_refund_special_agreement_check CHECK (char_length("special_agreement") <= 2000),
    ADD CONSTRAINT settlement_refund_seller_comment_check CHECK (char_length("seller_comment") <= 2000),
    ADD CONSTRAINT settlement_refund_rejection_reason_check CHECK (char_length("rejection_reason") <= 2000);
ALTER TABLE settlement_refundapproval
    ADD CONSTRAINT settlement_refundapproval_comment_check CHECK (char_length("comment") <= 2000);
ALTER TABLE settlement_receivablepayment
    ADD CONSTRAINT settlement_receivablepayment_reference_check CHECK ("reference" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
ALTER TABLE settlement_calendarday
    ADD CONSTRAINT settlement_calendarday_name_check CHECK ("name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
