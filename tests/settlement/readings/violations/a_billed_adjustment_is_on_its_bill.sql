-- told: is noted on bill none
DELETE FROM settlement_billedadjustment;

-- told: and stands on none
DELETE FROM settlement_billline WHERE kind = 'adjustment';
