import { foldFolderName, readFolderRule, type FolderRule } from '../contract/folder-rule.ts';
import type { LeftOutReason } from '../contract/mailbox-class.ts';
import type { Policy } from '../contract/policy.ts';
import type { StreamFolder } from '../contract/stream.ts';

/** A folder on its way down from the mailbox's root, whose node has no parent. */
export interface FolderNode {
  id: string;
  name: string;
  parent: FolderNode | null;
  /** Whether it or a folder above it is named by a rule. */
  included: boolean;
  excluded: boolean;
}

/** What a source's policy says of folders, with the well-known ones as this mailbox has them. */
export interface FolderRules {
  node(folder: { id: string; name: string; parent: FolderNode | null }): FolderNode;
  /** Why the folder is not read; null when it is. */
  leftOut(node: FolderNode, folder: StreamFolder): LeftOutReason | null;
}

/** Well-known names that the policy's rules begin at. */
export function wellKnownNamesIn({ folders }: Pick<Policy, 'folders'>): string[] {
  const rules = [...folders.include, ...folders.exclude].map(readFolderRule);
  return [...new Set(rules.map((rule) => rule.from).filter((from) => from !== null))];
}

/** True when the rule names this very folder: the names lead up from it to where the rule begins. */
function names(rule: FolderRule, node: FolderNode, idOf: (wellKnown: string) => string | null): boolean {
  let at: FolderNode | null = node;
  for (let index = rule.names.length - 1; index >= 0; index -= 1) {
    if (at === null || foldFolderName(at.name) !== rule.names[index]) return false;
    at = at.parent;
  }
  if (at === null) return false;
  return rule.from === null ? at.parent === null : at.id === idOf(rule.from);
}

/**
 * A rule holds for the folder that it names and all below it. What is both included and excluded is excluded; without
 * rules of inclusion everything is included. Search folders are never read: their messages live elsewhere.
 */
export function folderRules(policy: Pick<Policy, 'folders'>, wellKnown: ReadonlyMap<string, string | null>): FolderRules {
  const include = policy.folders.include.map(readFolderRule);
  const exclude = policy.folders.exclude.map(readFolderRule);
  const idOf = (name: string) => wellKnown.get(name) ?? null;
  return {
    node({ id, name, parent }) {
      const node: FolderNode = {
        id,
        name,
        parent,
        included: parent?.included ?? include.length === 0,
        excluded: parent?.excluded ?? false,
      };
      node.included ||= include.some((rule) => names(rule, node, idOf));
      node.excluded ||= exclude.some((rule) => names(rule, node, idOf));
      return node;
    },
    leftOut(node, folder) {
      if (folder.search) return 'search';
      if (folder.hidden && !policy.folders.hidden) return 'hidden';
      if (node.excluded) return 'excluded';
      return node.included ? null : 'notIncluded';
    },
  };
}
