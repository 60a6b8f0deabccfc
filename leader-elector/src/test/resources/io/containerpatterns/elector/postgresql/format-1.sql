CREATE TABLE elector_lease (
  election text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL CHECK (version > 0),
  record text NOT NULL
) WITH (fillfactor = 50);
INSERT INTO elector_lease (election, version, record) VALUES
  ('.format', 1, ''),
  ('held', 1785000000002, '{"format":1,"holder":"orders-0","boot":"5f0c9a1b2c3d4e5f","leaseMillis":10000,"token":1785000000001,"priority":7,"wanted":"orders-2","meta":{"note":"l\u00e4\u00dft \"gr\u00fc\u00dfen\" \ud83e\udd8a","url":"http://10.0.0.7:8080"}}'),
  ('released', 1785000000004, '{"format":1,"holder":"","boot":"5f0c9a1b2c3d4e5f","leaseMillis":3600000,"token":1785000000003,"priority":-1,"meta":{}}');
