import { hasMailbox, type Organisation, type Person, type User } from '../model.ts';
import { randomOf, uuidOf, type Random } from '../random.ts';
import { seedDocuments } from './documents.ts';
import { seedMailbox } from './mailbox.ts';
import { seedDirectory } from './groups.ts';
import { seedUsers } from './people.ts';

export interface SeedOptions {
  readonly seed: string;
  /** Users with a mailbox, shared mailboxes and rooms included. */
  readonly mailboxes: number;
  /** Messages per mailbox on average; single mailboxes hold from a third to twice as many. */
  readonly messagesPerMailbox: number;
  /** The date of the newest message. */
  readonly anchorMs: number;
  /** No message has attachments: where their number would say more than that of messages. */
  readonly withoutAttachments?: boolean;
}

/** Application permissions that a reader of all mailboxes, users and groups is usually given. */
export const READER_ROLES = [
  'Mail.Read', 'Calendars.Read', 'MailboxSettings.Read', 'User.Read.All', 'Group.Read.All', 'Domain.Read.All', 'Organization.Read.All',
] as const; // prettier-ignore

/** The same seed and sizes give the same organisation, byte for byte; nothing of a mailbox is made before it is asked for. */
export function seedOrganisation(options: SeedOptions): Organisation {
  const { seed, withoutAttachments = false } = options;
  const tenantId = uuidOf(`tenant:${seed}`);
  const domains = ['contoso.example', 'research.contoso.example', 'contoso.onmicrosoft.com'];
  const users = seedUsers({ seed, tenantId, domains, mailboxes: options.mailboxes });
  const people = users.filter((user) => user.class === 'user').map((user): Person => ({ name: user.displayName, address: user.mail! }));
  const colleague = (random: Random): Person =>
    people.length === 0 ? { name: 'Nobody', address: 'nobody@contoso.example' } : random.pick(people);
  const clientId = uuidOf(`app:${seed}`);
  return {
    fingerprint: `seed:${seed}:${options.mailboxes}:${options.messagesPerMailbox}:${options.anchorMs}${withoutAttachments ? ':plain' : ''}`,
    tenant: { id: tenantId, name: 'Contoso', domains },
    apps: [
      {
        ...{ clientId, objectId: uuidOf(`servicePrincipal:${seed}`), name: 'Mail reader' },
        secrets: [{ value: `seed~${uuidOf(`secret:${seed}`).replaceAll('-', '')}` }],
        roles: READER_ROLES,
      },
    ],
    users,
    ...seedDirectory({ tenantId, domains, users }),
    problems: [],
    documents: seedDocuments({ seed, anchorMs: options.anchorMs }),
    mailbox: (user) =>
      seedMailbox({ seed, user, messages: messagesOf(options, user), anchorMs: options.anchorMs, colleague, withoutAttachments }),
  };
}

function messagesOf(options: SeedOptions, user: User): number {
  if (!hasMailbox(user.class)) return 0;
  const random = randomOf(options.seed, user.id, 'size');
  const factor = 1 / 3 + random.below(1_000) / 750;
  return Math.round(options.messagesPerMailbox * factor);
}
