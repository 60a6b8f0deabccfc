-- The table of leader-elector's store "postgresql", format 1. The image runs this file itself unless
-- ELECTOR_POSTGRESQL_CREATE_SCHEMA=off; running it again changes nothing. PostgreSQL 12 or newer.
--
--   GRANT SELECT, INSERT, UPDATE ON elector_lease TO ...;      is all that an elector then needs

CREATE TABLE IF NOT EXISTS elector_lease (
  -- The name of an election; ".format", which none can have, stands for the format of the table.
  election text COLLATE "C" PRIMARY KEY,
  -- Grows with each write and is never used twice. Of ".format": the format.
  version bigint NOT NULL CHECK (version > 0),
  -- The lease as one JSON object in ASCII, so that no encoding of a database can change it.
  record text NOT NULL
) WITH (fillfactor = 50); -- Every row is renewed for ever; with room on its page no index is touched.

INSERT INTO elector_lease (election, version, record) VALUES ('.format', 1, '')
  ON CONFLICT (election) DO NOTHING;
