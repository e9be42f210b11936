-- A name is one line without control characters, a text of limited length (R1.8): what the columns say in
-- koogallery/fields.py. Django writes a column's check when it makes the column, not when it alters one.
ALTER TABLE sellers_seller
    ADD CONSTRAINT sellers_seller_company_name_check CHECK ("company_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
ALTER TABLE sellers_sellerapplication
    ADD CONSTRAINT sellers_sellerapplication_reason_check CHECK (char_length("reason") <= 2000),
    ADD CONSTRAINT sellers_sellerapplication_company_name_check CHECK ("company_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_sellerapplication_registration_number_check CHECK ("registration_number" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_sellerapplication_website_check CHECK ("website" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_sellerapplication_business_check CHECK (char_length("business") <= 2000),
    ADD CONSTRAINT sellers_sellerapplication_contact_name_check CHECK ("contact_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_sellerapplication_contact_email_check CHECK ("contact_email" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_sellerapplication_contact_phone_check CHECK ("contact_phone" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
ALTER TABLE sellers_bankaccount
    ADD CONSTRAINT sellers_bankaccount_account_holder_check CHECK ("account_holder" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_bankaccount_account_number_check CHECK ("account_number" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_bankaccount_bank_name_check CHECK ("bank_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_bankaccount_bank_address_check CHECK ("bank_address" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_bankaccount_reason_check CHECK (char_length("reason") <= 2000);
ALTER TABLE sellers_certification
    ADD CONSTRAINT sellers_certification_reason_check CHECK (char_length("reason") <= 2000),
    ADD CONSTRAINT sellers_certification_account_holder_check CHECK ("account_holder" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_account_number_check CHECK ("account_number" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_bank_name_check CHECK ("bank_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_bank_address_check CHECK ("bank_address" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_company_name_check CHECK ("company_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_registration_number_check CHECK ("registration_number" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_address_check CHECK ("address" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_vat_number_check CHECK ("vat_number" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_contact_name_check CHECK ("contact_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_contact_email_check CHECK ("contact_email" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_certification_contact_phone_check CHECK ("contact_phone" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
ALTER TABLE sellers_certificationunlock
    ADD CONSTRAINT sellers_certificationunlock_reason_check CHECK (char_length("reason") <= 2000);
ALTER TABLE sellers_product
    ADD CONSTRAINT sellers_product_name_check CHECK ("name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_product_description_check CHECK (char_length("description") <= 2000);
ALTER TABLE sellers_order
    ADD CONSTRAINT sellers_order_customer_name_check CHECK ("customer_name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_order_customer_account_check CHECK ("customer_account" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
ALTER TABLE sellers_productapplication
    ADD CONSTRAINT sellers_productapplication_reason_check CHECK (char_length("reason") <= 2000),
    ADD CONSTRAINT sellers_productapplication_name_check CHECK ("name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
    ADD CONSTRAINT sellers_productapplication_description_check CHECK (char_length("description") <= 2000);
