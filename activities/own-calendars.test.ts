import { describe, expect, it } from 'vitest';
import { sortCalendars } from './own-calendars.ts';

const me = ['Ada@Example.org', 'ada.alias@example.org'];

describe('calendars of a mailbox', () => {
  it.each([
    ['the default calendar', { isDefaultCalendar: true, owner: { address: 'other@example.org' } }],
    ['one that I own', { owner: { address: 'ada@example.org' }, canEdit: true }],
    ['one that I own under an alias', { owner: { address: 'ADA.ALIAS@example.org' }, canEdit: true }],
    ['one without an owner', { owner: null }],
  ])('are read when own: %s', (_name, calendar) => {
    expect(sortCalendars([{ id: 'c', name: 'n', ...calendar }], me)).toMatchObject({ own: [{ graphId: 'c', name: 'n' }], ignored: [] });
  });

  it('are named and not read when shared by a colleague', () => {
    const calendar = { id: 'c', name: 'Team', canEdit: true, owner: { address: 'bob@example.org' } };
    expect(sortCalendars([calendar], me)).toEqual({
      own: [],
      ownerless: [],
      ignored: [{ graphId: 'c', name: 'Team', why: 'shared', owner: 'bob@example.org' }],
    });
  });

  it('are named though they are read when nobody is said to own them', () => {
    const found = { graphId: 'c', name: 'Holidays' };
    expect(sortCalendars([{ id: 'c', name: 'Holidays', canEdit: false }], me)).toEqual({ own: [found], ignored: [], ownerless: [found] });
  });

  it('are named and not read when subscribed', () => {
    const calendar = { id: 'c', name: 'Holidays', canEdit: false, owner: { address: 'ada@example.org' } };
    expect(sortCalendars([calendar], me).ignored).toMatchObject([{ why: 'subscribed' }]);
  });
});
