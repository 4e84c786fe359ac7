import type { GroupConversation } from './model.ts';

export interface GroupMailChange {
  readonly op: 'groupMail.add';
  readonly conversation: GroupConversation;
}

export interface GroupMailState {
  /** Newest last; undefined for a group without any conversation. */
  of(groupId: string): readonly GroupConversation[] | undefined;
  apply(change: GroupMailChange): void;
}

/** The conversations of Microsoft 365 groups, by the group's object id. */
export function createGroupMailState(base: readonly GroupConversation[]): GroupMailState {
  const byGroup = new Map<string, GroupConversation[]>();
  const add = (conversation: GroupConversation) => {
    const groupId = conversation.groupId.toLowerCase();
    const known = byGroup.get(groupId) ?? [];
    const at = known.findIndex(({ key }) => key === conversation.key);
    if (at >= 0) known[at] = conversation;
    else known.push(conversation);
    byGroup.set(groupId, known);
  };
  base.forEach(add);
  return {
    of: (groupId) => byGroup.get(groupId.toLowerCase()),
    apply: ({ conversation }) => add(conversation),
  };
}
