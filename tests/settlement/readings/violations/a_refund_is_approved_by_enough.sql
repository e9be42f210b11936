-- told: with 0 of 1 approvals
DELETE FROM settlement_refundapproval;

-- told: with 1 of 2 approvals
UPDATE settlement_refund SET approvals_needed = 2;

-- told: one by whoever asked for it
ALTER TABLE settlement_refundapproval DROP CONSTRAINT requester_is_not_approver;
UPDATE settlement_refundapproval SET operator_id = requested_by_id;
