CREATE SEQUENCE number_of_approval_request;
CREATE SEQUENCE number_of_attachment;
CREATE SEQUENCE number_of_export;
CREATE SEQUENCE number_of_token;
CREATE SEQUENCE number_of_webhook_delivery;
CREATE SEQUENCE number_of_webhook_endpoint;
