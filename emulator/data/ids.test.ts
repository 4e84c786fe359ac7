import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeId, parseId, type ParsedId } from './ids.ts';

const id = fc.record<ParsedId>({
  kind: fc.constantFrom('folder', 'message', 'event', 'attachment', 'calendar', 'calendarGroup'),
  immutable: fc.boolean(),
  mailboxGuid: fc.uuid(),
  parts: fc.array(fc.stringMatching(/^[a-z0-9.]{1,20}$/), { minLength: 1, maxLength: 4 }),
});

test('an id gives back what it was made of, looks like Exchange’s and needs no encoding in a path', () => {
  fc.assert(
    fc.property(id, (parts) => {
      const text = makeId(parts);
      expect(parseId(text)).toEqual(parts);
      expect(text).toMatch(parts.immutable ? /^AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A[\w=-]+$/ : /^AAMk[\w=-]+$/);
    }),
  );
});

test('an id with any character changed is none', () => {
  fc.assert(
    fc.property(id, fc.nat(), (parts, at) => {
      const text = makeId(parts).replaceAll('=', '');
      const place = at % (text.length - 1);
      const changed = text.slice(0, place) + (text[place] === 'Q' ? 'R' : 'Q') + text.slice(place + 1);
      expect(parseId(changed)).toBeUndefined();
    }),
  );
});

test('noise is no id', () => {
  fc.assert(fc.property(fc.string(), (text) => parseId(text) === undefined));
});
