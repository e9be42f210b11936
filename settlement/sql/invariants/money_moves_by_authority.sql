-- For money that moved by a person's will somebody answers, to the cent. (R4.4)
SELECT CASE WHEN a.id IS NULL
       THEN format('nobody answers for %%s %%s of seller %%s', m.acts[1], m.subject, s.number)
       WHEN a.amount <> abs(m.amount) OR a.currency <> m.currency OR a.act <> ALL (m.acts)
       THEN format('%%s %%s of seller %%s is over %%s %%s; %%s %%s were answered for', m.acts[1],
                   m.subject, s.number, abs(m.amount), m.currency, a.amount, a.currency)
       END AS difference
FROM (SELECT '{adjustment,dispute}'::text[], j.number, j.seller_id, j.amount, j.currency, j.created_at
      FROM settlement_adjustment j WHERE j.kind = 'difference' AND touched(seller, j.seller_id)
      UNION ALL
      SELECT ARRAY[v.kind, 'exit'], v.kind || ':' || v.reference, v.seller_id, v.change, d.currency, v.at
      FROM settlement_depositmovement v JOIN settlement_deposit d ON d.seller_id = v.seller_id
      WHERE v.kind IN ('top_up', 'penalty', 'adjustment', 'return') AND touched(seller, v.seller_id)
      UNION ALL
      SELECT '{payment}', r.number || ':' || p.reference, p.seller_id, p.amount, r.currency, p.at
      FROM settlement_receivablepayment p JOIN settlement_receivable r ON r.id = p.receivable_id
      WHERE p.reverses_id IS NULL AND touched(seller, p.seller_id)
      UNION ALL
      SELECT '{bill}', b.number, b.seller_id, b.net_payable, b.currency, b.issued_at
      FROM settlement_bill b WHERE b.state NOT IN ('pending_approval', 'approval_rejected') AND touched(seller, b.seller_id)
      UNION ALL
      SELECT '{payout}', p.number || ':paid', p.seller_id, p.amount, p.currency, p.paid_at
      FROM settlement_payout p WHERE p.paid_by_id IS NOT NULL AND touched(seller, p.seller_id)
      UNION ALL
      SELECT '{attribution}', l.number, l.seller_id, l.amount - kept_of(l), l.currency, l.attributed_at
      FROM settlement_bankline l WHERE l.state = 'attributed' AND l.purpose IN ('payout', 'return') AND touched(seller, l.seller_id)
      UNION ALL
      SELECT '{refund}', f.number, f.seller_id, f.amount, f.currency, f.approved_at
      FROM settlement_refund f WHERE f.state IN ('approved', 'refunded') AND touched(seller, f.seller_id)
     ) m (acts, subject, seller_id, amount, currency, at)
JOIN sellers_seller s ON s.id = m.seller_id
LEFT JOIN settlement_authorisation a ON a.seller_id = m.seller_id AND a.subject = m.subject
-- what moved before anybody had to answer
WHERE m.at >= coalesce((SELECT min(applied) FROM django_migrations WHERE app = 'settlement'
                          AND name LIKE '%%authorisations'), '-infinity')
