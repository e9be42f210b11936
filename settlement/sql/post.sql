-- Post a journal with its legs (R7.1).
--   key, kind, subject text, seller bigint or null, at timestamptz: when it took effect
--   currency text; accounts text[], amounts numeric[]: the legs, debits positive
WITH journal AS (
    INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
    VALUES (%(key)s, %(seller)s, %(kind)s, %(subject)s, %(at)s)
    RETURNING id, seller_id
)
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT j.id, j.seller_id, leg.account, %(currency)s, leg.amount
FROM journal j, unnest(%(accounts)s::text[], %(amounts)s::numeric[]) leg (account, amount)
