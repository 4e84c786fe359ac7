// Makes the replica set at first start; run by mongosh on the mongodb service. Trawl writes pages and cursors in
// transactions, which MongoDB offers on replica sets alone, one member included.
const name = 'trawl';
const member = 'mongodb:27017';

try {
  rs.status();
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({ _id: name, members: [{ _id: 0, host: member }] });
}

let tries = 0;
while (!db.hello().isWritablePrimary) {
  tries += 1;
  if (tries > 120) throw new Error('The replica set has no primary after a minute: see the log of the mongodb service');
  sleep(500);
}
print(`Replica set ${name} has its primary ${member}`);
