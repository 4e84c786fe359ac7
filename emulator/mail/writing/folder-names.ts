import type { FolderState } from '../../data/folder-state.ts';
import type { MailboxState } from '../../data/mailbox-state.ts';
import { problem } from '../../http/problem.ts';

interface Name {
  readonly parentKey: string | null;
  readonly displayName: string;
  /** The folder that has the name already. */
  readonly except?: string;
}

function isTaken(mailbox: MailboxState, { parentKey, displayName, except }: Name): boolean {
  const wanted = displayName.toLowerCase();
  for (const folder of mailbox.folders.values()) {
    if (folder.parentKey === parentKey && folder.key !== except && folder.displayName.toLowerCase() === wanted) return true;
  }
  return false;
}

export function checkNameFree(mailbox: MailboxState, name: Name): void {
  if (isTaken(mailbox, name)) throw problem(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
}

/** The name, with a number behind it where another folder has it. */
export function freeName(mailbox: MailboxState, name: Name): string {
  let displayName = name.displayName;
  for (let number = 1; isTaken(mailbox, { ...name, displayName }); number++) displayName = `${name.displayName}${number}`;
  return displayName;
}

const REFUSALS = {
  delete: { code: 'ErrorDeleteDistinguishedFolder', message: 'Distinguished folders cannot be deleted.' },
  move: { code: 'ErrorMoveDistinguishedFolder', message: 'Distinguished folders cannot be moved.' },
  rename: { code: 'ErrorFolderSavePropertyError', message: 'Distinguished folders cannot be renamed.' },
} as const;

/** A folder that is not one of those that every mailbox has. The codes are EWS's ResponseCode values. */
export function ownFolder(folder: FolderState, action: keyof typeof REFUSALS): FolderState {
  if (folder.wellKnown === null && folder.parentKey !== null) return folder;
  throw problem(400, REFUSALS[action].code, REFUSALS[action].message);
}
