import type { Change, StoredMessage } from '../../data/changes.ts';
import { hasMailbox, type MessageContent, type Person, type User } from '../../data/model.ts';
import type { World } from '../../data/world.ts';
import { problem } from '../../http/problem.ts';
import { applyRules } from '../../outlook/apply-rules.ts';
import { invalidRecipients } from './input-values.ts';
import { isOwnAddress, recipientsOf } from './people.ts';
import { newItemKey } from './stored-message.ts';

/** Refuses what Exchange refuses to send: without a recipient, with one that is no address, in somebody else's name. */
export function checkSendable(user: User, message: StoredMessage): void {
  const recipients = recipientsOf(message);
  if (recipients.length === 0) throw invalidRecipients(", A message can't be sent because it contains no recipients.");
  const wrong = recipients.find(({ address }) => !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address));
  if (wrong)
    throw invalidRecipients(
      `, Recipient '${wrong.address.slice(0, 100)}' is not resolved. All recipients must be resolved before a message can be submitted.`,
    );
  if (message.from && !isOwnAddress(user, message.from.address)) {
    throw problem(
      403,
      'ErrorSendAsDenied',
      'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
    );
  }
}

interface Mailed {
  readonly message: StoredMessage;
  /** What a message of MIME says, which the journal keeps only as its bytes. */
  readonly content?: MessageContent | undefined;
  readonly sentMs: number;
}

/** One copy into the Inbox (or where its rules say) of everybody of the organisation whom an address reaches; who is outside gets nothing here. */
export function deliveries(world: World, mailed: Mailed): Change[] {
  const { message, content, sentMs } = mailed;
  const { createdMs: _created, flag: _flag, ...mail } = message;
  const delivered: StoredMessage = {
    ...mail,
    ...{ bcc: [], categories: [], flagged: false, isDraft: false, isRead: false, sentMs, receivedMs: sentMs },
  };
  return reachedBy(world, recipientsOf(message)).flatMap((user): Change[] => {
    const { folder, message: arrived } = applyRules(world, user, { message: delivered, content });
    return folder === null ? [] : [{ mailbox: user.id, op: 'message.add', key: newItemKey(), folder, message: arrived }];
  });
}

function reachedBy(world: World, recipients: readonly Person[]): User[] {
  const reached = new Map<string, User>();
  for (const { address } of recipients) {
    for (const user of peopleBehind(world, address)) {
      // A full mailbox takes no mail.
      if (hasMailbox(user.class) && !world.mailbox(user)?.settings.overQuota) reached.set(user.id, user);
    }
  }
  return [...reached.values()];
}

/** A person by any address, or everybody in the group at it, groups within groups too. */
function peopleBehind(world: World, address: string): readonly User[] {
  const user = world.findUser(address);
  if (user) return [user];
  const wanted = address.toLowerCase();
  const group = world.directory.list('group').find(({ value }) => value.mail?.toLowerCase() === wanted)?.value;
  const members = group ? world.directory.membership.transitive(group, () => true) : [];
  return members.flatMap((member) => (member.kind === 'user' ? [member.value as User] : []));
}
