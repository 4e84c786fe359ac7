import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readText } from './sources.ts';

const script = readText('deploy/mongodb/initiate.js');
const compose = parse(readText('docker-compose.yml')) as { services: Record<string, { command?: string[] }> };

/** Runs the script as mongosh does, against a server that has a primary after some looks. */
function run({ status, looks }: { status: () => void; looks: number }): { initiated: object[]; slept: number; printed: string[] } {
  const seen = { initiated: [] as object[], slept: 0, printed: [] as string[] };
  let left = looks;
  runInNewContext(script, {
    rs: { status, initiate: (config: object) => seen.initiated.push(config) },
    db: { hello: () => ({ isWritablePrimary: left-- <= 0 }) },
    sleep: () => (seen.slept += 1),
    print: (line: string) => seen.printed.push(line),
  });
  return seen;
}

const fails = (codeName: string) => () => {
  throw Object.assign(new Error(codeName), { codeName });
};

test('a new server becomes a replica set of one under the name that the compose file gives it', () => {
  const { initiated, slept, printed } = run({ status: fails('NotYetInitialized'), looks: 3 });
  expect(JSON.parse(JSON.stringify(initiated))).toEqual([{ _id: 'trawl', members: [{ _id: 0, host: 'mongodb:27017' }] }]);
  expect(compose.services['mongodb']?.command).toContain('trawl');
  expect(slept).toBe(3);
  expect(printed).toHaveLength(1);
});

test('a replica set that is there is left as it is', () => {
  expect(run({ status: () => undefined, looks: 0 }).initiated).toEqual([]);
});

test('any other fault ends the task with its own words', () => {
  expect(() => run({ status: fails('Unauthorized'), looks: 0 })).toThrow('Unauthorized');
});

test('a set without a primary ends the task instead of waiting for ever', () => {
  expect(() => run({ status: () => undefined, looks: Number.POSITIVE_INFINITY })).toThrow('no primary');
});
