-- told: is over 56.000 USD; 55.000 is posted
UPDATE settlement_bankline SET amount = 56 WHERE state = 'suspense'

-- told: is not over what it names
UPDATE settlement_bankline SET seller_id = (SELECT min(id) FROM sellers_seller) WHERE state = 'suspense'

-- told: charges over 3.000 USD are posted
UPDATE settlement_bankline SET purpose = '', state = 'suspense' WHERE purpose = 'charges'
