import { describe, expect, it } from 'vitest';
import { folderRuleProblem, readFolderRule } from './folder-rule.ts';

describe('a rule about folders', () => {
  it.each([
    ['Inbox/Projects', { from: null, names: ['inbox', 'projects'] }],
    ['/Inbox/in%2Fout 5%25/', { from: null, names: ['inbox', 'in/out 5%'] }],
    ['wellKnown:DeletedItems', { from: 'deleteditems', names: [] }],
    ['wellknown:inbox/Pläne', { from: 'inbox', names: ['pläne'] }],
  ])('%s is read', (pattern, rule) => {
    expect(readFolderRule(pattern)).toEqual(rule);
    expect(folderRuleProblem(pattern)).toBeNull();
  });

  it('finds a name whether its accents are written together or apart', () => {
    expect(readFolderRule('Pla\u0308ne')).toEqual(readFolderRule('Pl\u00e4ne'));
  });

  it.each([
    ['wellKnown:deletedItem', 'There is no well-known folder of this name; known are archive'],
    ['wellKnown:', 'There is no well-known folder of this name'],
    ['/', 'A folder is named by its path'],
  ])('%s is refused with what would be right', (pattern, words) => {
    expect(folderRuleProblem(pattern)).toContain(words);
  });
});
