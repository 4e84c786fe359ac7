import { expect, test } from 'vitest';
import { SEED_DEFAULTS } from '../../build-emulator.ts';
import { hasMailbox } from '../model.ts';
import { seedOrganisation } from './organisation.ts';

function attachmentsIn(withoutAttachments: boolean): number {
  const { users, mailbox } = seedOrganisation({ ...SEED_DEFAULTS, messagesPerMailbox: 300, withoutAttachments });
  const { folders } = mailbox(users.find((user) => hasMailbox(user.class))!);
  const counts = folders.flatMap(({ items }) => Array.from({ length: items.count }, (_, index) => items.load(index).attachments.length));
  return counts.reduce((sum, count) => sum + count, 0);
}

test('a seeded organisation may be had without attachments', () => {
  expect(attachmentsIn(false)).toBeGreaterThan(20);
  expect(attachmentsIn(true)).toBe(0);
});
