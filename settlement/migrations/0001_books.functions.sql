-- Functions of the guards call one another in any order.
SET LOCAL check_function_bodies = off;

CREATE SEQUENCE number_of_adjustment;
CREATE SEQUENCE number_of_bill_hold;
CREATE SEQUENCE number_of_bill_preview;
CREATE SEQUENCE number_of_bill_run;
CREATE SEQUENCE number_of_dispute;
CREATE SEQUENCE number_of_invoice;
CREATE SEQUENCE number_of_refund;
