-- told: lines over 52.000 make no 100053.000
UPDATE settlement_bankstatement SET closing = closing + 1

-- told: lines over 55.000 make no 100052.000
DELETE FROM settlement_bankline WHERE purpose = 'charges'
