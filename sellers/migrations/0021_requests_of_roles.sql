-- What was asked for as making somebody an owner is a role that is given, to act for a company.
ALTER TABLE koogallery_approvalrequest DISABLE TRIGGER keep_what_they_ask;
UPDATE koogallery_approvalrequest SET act = 'role', arguments = arguments || '{"role": "owner"}'
WHERE act = 'owner';
ALTER TABLE koogallery_approvalrequest ENABLE TRIGGER keep_what_they_ask;
