-- Who a person is at the OpenID Connect issuer: its subject never changes hands, an e-mail address may.
ALTER TABLE "person" ADD COLUMN "issuer_subject" TEXT;
CREATE UNIQUE INDEX "person_issuer_subject_key" ON "person" ("issuer_subject");
