-- What still keeps a transaction from a bill (R1.3, R4.6), in the order of the contract: an array of the names
-- that settlement/rules/billability.py gives them. A test holds the one against the other.
--   $$now, $$this_cycle   the instant it is told for, and the cycle that holds it
--   $$effective_at, $$paid_at, $$supervision_status, $$certified_at, $$due_cycle, $$refund_pending   what decides
array_remove(ARRAY[
    CASE WHEN $effective_at IS NULL THEN 'not_enabled'
         WHEN $effective_at > $now THEN 'takes_effect_later' END,
    CASE WHEN ($paid_at <= $now) IS NOT TRUE THEN 'not_paid' END,
    CASE WHEN $supervision_status IN ('not_applicable', 'completed') THEN NULL
         WHEN $supervision_status = 'waiting_for_service' THEN 'waiting_for_service'
         ELSE 'waiting_for_acceptance' END,
    CASE WHEN ($certified_at <= $now) IS NOT TRUE THEN 'seller_not_certified' END,
    CASE WHEN $due_cycle >= $this_cycle THEN 'cycle_open' END,
    CASE WHEN $refund_pending THEN 'refund_pending' END], NULL)
