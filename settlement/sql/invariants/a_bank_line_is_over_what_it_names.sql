-- A line of a statement is over what it was matched to, and posted with what the bank kept of it. (R8.2)
-- It names a settlement_payout, settlement_payoutbatch, settlement_receivablepayment, settlement_depositmovement or
-- settlement_adjustment.
WITH posted AS (
    SELECT j.subject, e.currency,
           sum(e.amount) FILTER (WHERE e.account = 'bank') AS bank,
           sum(e.amount) FILTER (WHERE e.account = 'bank_charges') AS charges,
           sum(e.amount) FILTER (WHERE e.account = 'in_transit') AS transit
    FROM settlement_journal j
    JOIN settlement_ledgerentry e ON e.journal_id = j.id
    WHERE j.kind IN ('bank_line', 'bank_line_cleared', 'bank_charges')
      AND NOT EXISTS (SELECT FROM settlement_journal r WHERE r.reverses_id = j.id)
      AND touched(bank_subject, j.subject)
    GROUP BY j.subject, e.currency
)
SELECT CASE WHEN is_over_what_it_names(l) IS NOT TRUE
       THEN format('bank line %%s over %%s %%s is not over what it names', l.number, l.amount, l.currency)
       WHEN l.state NOT IN ('repeated', 'reversed') AND p.bank IS DISTINCT FROM l.amount
         OR l.state = 'reversed' AND p.bank IS NOT NULL
       THEN format('bank line %%s is over %%s %%s; %%s is posted', l.number, l.amount, l.currency, p.bank)
       WHEN p.charges IS DISTINCT FROM CASE WHEN l.purpose <> '' AND kept_of(l) <> 0 THEN -kept_of(l) END
       THEN format('bank line %%s: charges over %%s %%s are posted', l.number, p.charges, l.currency)
       WHEN l.purpose = 'batch' AND p.transit IS DISTINCT FROM kept_of(l) - l.amount
       THEN format('bank line %%s is over %%s %%s; payouts over %%s are', l.number, l.amount, l.currency, p.transit)
       END AS difference
FROM settlement_bankline l
LEFT JOIN posted p ON p.subject = l.number AND p.currency = l.currency
WHERE touched(bank_line, l.id)
