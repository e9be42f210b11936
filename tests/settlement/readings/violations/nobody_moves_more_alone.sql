-- told: of seller C without a second person, of less than 10000.000
UPDATE settlement_authorisation SET second_id = NULL, request_id = NULL WHERE amount = 12000;

-- told: of seller B without a second person, of less than 89.000
UPDATE settlement_authorisation SET limit_of_seller = 89;

-- told: is more than olga moves alone
UPDATE settlement_authorisation SET limit_of_person = 600;
