import type { MailboxState } from '../data/mailbox-state.ts';
import type { JsonObject } from '../http/json-body.ts';
import { findFolder } from '../mail/mail-ids.ts';
import {
  booleanIn,
  choiceIn,
  objectIn,
  readProperties,
  recipientsIn,
  textIn,
  textsIn,
  wholeNumberIn,
  type PropertyReaders,
} from '../mail/writing/input-values.ts';

export type RuleFields = Readonly<Record<string, unknown>>;

type Reader = (value: unknown) => unknown;

const people: Reader = (value) => recipientsIn(value).map(({ name, address }) => ({ emailAddress: { name: name || address, address } }));
const importance: Reader = (value) => choiceIn(value, ['low', 'normal', 'high']);

const TEXT_LISTS = [
  'bodyContains',
  'bodyOrSubjectContains',
  'categories',
  'headerContains',
  'recipientContains',
  'senderContains',
  'subjectContains',
];
const SWITCHES = [
  'hasAttachments', 'isApprovalRequest', 'isAutomaticForward', 'isAutomaticReply', 'isEncrypted', 'isMeetingRequest', 'isMeetingResponse',
  'isNonDeliveryReport', 'isPermissionControlled', 'isReadReceipt', 'isSigned', 'isVoicemail', 'notSentToMe', 'sentCcMe', 'sentOnlyToMe', 'sentToMe', 'sentToOrCcMe',
]; // prettier-ignore
const FLAGS = ['any', 'call', 'doNotForward', 'followUp', 'fyi', 'forward', 'noResponseNecessary', 'read', 'reply', 'replyToAll', 'review'];

const CONDITIONS = table({
  ...each(TEXT_LISTS, textsIn),
  ...each(SWITCHES, booleanIn),
  ...each(['fromAddresses', 'sentToAddresses'], people),
  importance,
  messageActionFlag: (value) => choiceIn(value, FLAGS),
  sensitivity: (value) => choiceIn(value, ['normal', 'personal', 'private', 'confidential']),
  withinSizeRange: (value) =>
    readProperties<RuleFields>(objectIn(value), {
      name: 'microsoft.graph.sizeRange',
      readers: table({ minimumSize: wholeNumberIn, maximumSize: wholeNumberIn }),
    }),
});

const ACTIONS: Readonly<Record<string, Reader>> = {
  assignCategories: textsIn,
  ...each(['delete', 'markAsRead', 'permanentDelete', 'stopProcessingRules'], booleanIn),
  ...each(['forwardTo', 'forwardAsAttachmentTo', 'redirectTo'], people),
  markImportance: importance,
};

function each(names: readonly string[], reader: Reader): Record<string, Reader> {
  return Object.fromEntries(names.map((name) => [name, reader]));
}

/** A null takes the part out. */
function table(readers: Readonly<Record<string, Reader>>): PropertyReaders<RuleFields> {
  return Object.fromEntries(
    Object.entries(readers).map(([name, read]) => [name, (value: unknown) => (value === null ? {} : { [name]: read(value) })]),
  );
}

/** What a client says of a rule; folders must exist. */
export function ruleIn(fields: JsonObject, mailbox: MailboxState): RuleFields {
  const folder: Reader = (value) => {
    const id = textIn(value);
    findFolder(mailbox, id);
    return id;
  };
  const part = (name: string, readers: PropertyReaders<RuleFields>): Reader => {
    return (value) => readProperties<RuleFields>(objectIn(value), { name: `microsoft.graph.${name}`, readers });
  };
  return readProperties<RuleFields>(fields, {
    name: 'microsoft.graph.messageRule',
    readers: table({
      displayName: textIn,
      sequence: wholeNumberIn,
      isEnabled: booleanIn,
      conditions: part('messageRulePredicates', CONDITIONS),
      exceptions: part('messageRulePredicates', CONDITIONS),
      actions: part('messageRuleActions', table({ ...ACTIONS, copyToFolder: folder, moveToFolder: folder })),
    }),
    ignored: ['id', 'hasError', 'isReadOnly'],
  });
}
