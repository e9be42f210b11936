-- told: suspense in USD: -55.000 in the ledger, lines over -56.000
UPDATE settlement_bankline SET amount = 56 WHERE state = 'suspense'

-- told: suspense in USD: -54.000 in the ledger, lines over -55.000
UPDATE settlement_ledgerentry SET amount = -54 WHERE account = 'suspense' AND amount = -55
