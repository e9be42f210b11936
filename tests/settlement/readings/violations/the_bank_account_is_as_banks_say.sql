-- told: USD at the bank: 100052.000 in the ledger, 100053.000 by statements
UPDATE settlement_bankstatement SET closing = closing + 1

-- told: USD at the bank: 100053.000 in the ledger, 100052.000 by statements
UPDATE settlement_ledgerentry SET amount = amount + 1 WHERE account = 'bank' AND amount = 55
