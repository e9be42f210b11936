-- A name is one line without control characters, a text of limited length (R1.8): what the columns say in
-- koogallery/fields.py. Django writes a column's check when it makes the column, not when it alters one.
ALTER TABLE koogallery_accesstoken
    ADD CONSTRAINT koogallery_accesstoken_name_check CHECK ("name" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
ALTER TABLE koogallery_webhookendpoint
    ADD CONSTRAINT koogallery_webhookendpoint_description_check CHECK ("description" !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
