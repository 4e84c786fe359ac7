import { createGroupCalendars, type GroupCalendars } from './group-calendar-state.ts';
import type { JournalEntry } from './changes.ts';
import { createEntraState, isEntraChange, type EntraState } from './entra-state.ts';
import { createGroupMailState, type GroupMailState } from './group-mail-state.ts';
import type { Organisation } from './model.ts';
import { createServiceStates, type ServiceViews } from './service-states.ts';
import type { Blobs } from './blobs.ts';
import { createPolicyState, type PolicyState } from './policy-state.ts';
import { createOutlookStates, type OutlookStates } from './outlook-state.ts';
import { createUploadState, type UploadState } from './upload-state.ts';
import { createVaultState, type VaultState } from './vault-state.ts';

/** What an organisation holds beside directory and mailboxes. */
export interface Areas extends ServiceViews {
  readonly outlook: OutlookStates;
  readonly groupMail: GroupMailState;
  readonly uploads: UploadState;
  readonly policies: PolicyState;
  readonly entra: Omit<EntraState, 'apply'>;
  readonly vault: Omit<VaultState, 'apply'>;
  /** A group's calendar; empty until something is put into it. */
  groupCalendar: GroupCalendars['get'];
}

/** `applyToAreas` is false for a change of another area. */
export function createAreas(organisation: Organisation, blobs: Blobs): Areas & { applyToAreas(entry: JournalEntry): boolean } {
  const outlook = createOutlookStates(organisation);
  const groupMail = createGroupMailState(organisation.groupConversations ?? []);
  const uploads = createUploadState();
  const entra = createEntraState();
  const vault = createVaultState();
  const services = createServiceStates(organisation, blobs);
  const groupCalendars = createGroupCalendars();
  const policies = createPolicyState(organisation.policies);
  const applyToAreas = (entry: JournalEntry): boolean => {
    if (services.apply(entry)) return true;
    if ('groupCalendar' in entry) groupCalendars.apply(entry, entry.atMs);
    else if (entry.op === 'outlook.set' || entry.op === 'outlook.delete') outlook.apply(entry, entry.atMs);
    else if (entry.op === 'groupMail.add') groupMail.apply(entry);
    else if (entry.op === 'upload.open' || entry.op === 'upload.part' || entry.op === 'upload.close') uploads.apply(entry);
    else if (isEntraChange(entry)) entra.apply(entry, entry.atMs);
    else if (entry.op === 'policy.set') policies.apply(entry);
    else if (entry.op === 'vault.key' || entry.op === 'vault.grant') vault.apply(entry);
    else return false;
    return true;
  };
  return { ...services.views, outlook, groupMail, uploads, policies, entra, vault, groupCalendar: groupCalendars.get, applyToAreas };
}
