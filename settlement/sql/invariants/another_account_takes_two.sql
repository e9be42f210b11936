-- Nobody verifies an invoice they recorded; one with an account nobody certified takes two others. (R8.1)
SELECT CASE WHEN i.decided_by_id = i.submitted_by_id
       THEN format('invoice %%s was verified by who recorded it', i.number)
       WHEN NOT EXISTS (
           SELECT FROM sellers_bankaccount b
           WHERE b.seller_id = i.seller_id AND b.approved_at <= i.decided_at AND names_account(i, b))
        AND NOT EXISTS (
           SELECT FROM settlement_authorisation a
           WHERE a.seller_id = i.seller_id AND a.act = 'invoice' AND a.subject = i.number
             AND a.amount = i.amount + i.tax AND a.second_id IS NOT NULL
             AND i.submitted_by_id NOT IN (a.person_id, a.second_id))
       THEN format('invoice %%s names another bank account than any certified one', i.number)
       END AS difference
FROM settlement_invoice i
WHERE i.state = 'verified' AND touched(seller, i.seller_id)
  AND i.decided_at >= coalesce((SELECT min(applied) FROM django_migrations WHERE app = 'settlement'
                          AND name LIKE '%%certified_account'), '-infinity')
