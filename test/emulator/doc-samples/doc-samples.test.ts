import { afterAll, describe, expect, test } from 'vitest';
import { DISAGREEMENTS } from './disagreements.ts';
import { replay, type Agreement } from './replay.ts';
import { ROOMS } from './rooms.ts';
import { hasDocSamples, readSampleNames, type PreparedRoom } from './sample.ts';

const MOST_DISAGREEMENTS = 5;

describe.skipIf(!hasDocSamples)('the documentation’s samples', () => {
  const agreements: Agreement[] = [];
  const rooms = new Map<string, Promise<PreparedRoom>>();
  const prepared = (name: string) => {
    const room = rooms.get(name) ?? ROOMS[name]!.prepare();
    rooms.set(name, room);
    return room;
  };
  const roomOf = (sample: string) => Object.keys(ROOMS).find((name) => ROOMS[name]!.samples.includes(sample));

  afterAll(async () => {
    const rows = agreements.map(({ name, request, status, differences }) => {
      const verdict = differences.length === 0 ? 'agrees' : `differs: ${differences.join('; ')}`;
      return `${name.padEnd(44)} ${status}  ${request.slice(0, 90).padEnd(90)} ${verdict}`;
    });
    const agreeing = agreements.filter(({ differences }) => differences.length === 0).length;
    process.stdout.write(`${rows.join('\n')}\n${agreeing} of ${agreements.length} documented requests answered as documented\n`);
    for (const room of rooms.values()) await (await room).client.stop();
  });

  test.each(hasDocSamples ? readSampleNames() : [])('%s is answered as documented', async (sample) => {
    const room = roomOf(sample);
    if (room === undefined)
      throw new Error(`No room is prepared for ${sample}; test/emulator/doc-samples/rooms.ts names who answers for what`);
    const agreement = await replay(await prepared(room), sample);
    agreements.push(agreement);
    if (DISAGREEMENTS[sample] === undefined) expect(agreement.differences).toEqual([]);
    else expect(agreement.differences, 'It agrees: take it off the list of disagreements').not.toEqual([]);
  });

  test('at most five disagree, each for a reason that Microsoft’s own documents give', () => {
    expect(Object.keys(DISAGREEMENTS).length).toBeLessThanOrEqual(MOST_DISAGREEMENTS);
    for (const reason of Object.values(DISAGREEMENTS)) expect(reason.length).toBeGreaterThan(40);
  });

  test('the emulators that were asked failed on nothing', async () => {
    for (const room of rooms.values()) expect((await room).client.failures).toEqual([]);
  });
});
