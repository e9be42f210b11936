-- What sellers have to be paid for, a page at a time: each order, the usage of each pay-per-use order
-- summed per cycle, and each unsubscription once its money went back: the share of the order's sales that
-- was refunded, below 0. Trials are never listed (R1.3), nor what a package covers (R9.2). Sums are read from the index usage_of_order alone,
-- and only for the orders the page reaches when it is sorted by order.
--
--   sellers    bigint[] or null for everyone's
--   number, customer, product   text to find in what identifies it, or ''
--   customer_name, product_name   the same text, to find in its name
--   cycle_from, cycle_to   YYYYMM or '', both included
--   kind       order, usage, unsubscription or ''
--   zone       the settlement time zone
--   billed     boolean or null. What was due before the seller's open cycle is on a bill, the rest on none
--   value, order, of_cycle, of_due, of_refund   the place after which the page starts; order null: from the
--              beginning
--   size       how many rows
--   $key, $direction, $beyond        the sorted column, and its direction (see readings/transactions.py)
SELECT e.kind, o.id, e.cycle, e.due_cycle, e.refund_id, e.records, e.sales_amount, e.customer_wht,
       e.due_cycle IS NOT NULL AND s.open_cycle IS NOT NULL AND e.due_cycle < s.open_cycle AS is_billed,
       o.currency
FROM sellers_order o
JOIN sellers_seller s ON s.id = o.seller_id
JOIN sellers_product p ON p.id = o.product_id
CROSS JOIN LATERAL (
    SELECT 'order' AS kind, o.cycle, o.due_cycle, 0::bigint AS refund_id, 1::bigint AS records,
           o.sales_amount, o.customer_wht
    WHERE o.billing_mode <> 'pay_per_use'
    UNION ALL
    SELECT 'unsubscription', to_char(r.refunded_at AT TIME ZONE %(zone)s, 'YYYYMM'), o.due_cycle, r.id, 1,
           -round(r.amount * o.sales_amount / o.paid_amount, 12),
           -round(r.amount * o.customer_wht / o.paid_amount, 12)
    FROM settlement_refund r
    WHERE r.order_id = o.id AND r.seller_id = o.seller_id AND r.state = 'refunded'
    UNION ALL
    SELECT 'usage', u.cycle, u.due_cycle, 0, count(*), sum(u.sales_amount), sum(u.customer_wht)
    FROM sellers_usagerecord u
    WHERE u.order_id = o.id AND o.billing_mode = 'pay_per_use' AND u.package_id IS NULL
      AND (%(cycle_from)s = '' OR u.cycle >= %(cycle_from)s)
      AND (%(cycle_to)s = '' OR u.cycle <= %(cycle_to)s)
    GROUP BY u.cycle, u.due_cycle
) e
WHERE o.order_type <> 'trial'
  AND (%(sellers)s::bigint[] IS NULL OR o.seller_id = ANY(%(sellers)s::bigint[]))
  AND (%(number)s = '' OR o.number ILIKE %(number)s)
  AND (%(customer)s = '' OR o.customer_account ILIKE %(customer)s
       OR contains_name(o.customer_name, %(customer_name)s))
  AND (%(product)s = '' OR p.number ILIKE %(product)s OR contains_name(p.name, %(product_name)s))
  AND (%(cycle_from)s = '' OR e.cycle >= %(cycle_from)s)
  AND (%(cycle_to)s = '' OR e.cycle <= %(cycle_to)s)
  AND (%(kind)s = '' OR e.kind = %(kind)s)
  AND (%(billed)s::boolean IS NULL OR %(billed)s::boolean
       = (e.due_cycle IS NOT NULL AND s.open_cycle IS NOT NULL AND e.due_cycle < s.open_cycle))
  AND (%(order)s::bigint IS NULL
       OR ($key, o.id, coalesce(e.cycle, '999999'), coalesce(e.due_cycle, '999999'), e.refund_id)
          $beyond (%(value)s, %(order)s::bigint, %(of_cycle)s, %(of_due)s, %(of_refund)s::bigint))
  $reach
ORDER BY $key $direction, o.id $direction,
         coalesce(e.cycle, '999999') $direction, coalesce(e.due_cycle, '999999') $direction,
         e.refund_id $direction
LIMIT %(size)s
