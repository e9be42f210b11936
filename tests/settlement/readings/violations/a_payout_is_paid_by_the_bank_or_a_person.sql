-- told: is paid; neither a statement nor a person says that it was paid
UPDATE settlement_payout SET state = 'paid', paid_at = now()
