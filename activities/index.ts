import type {
  CallerGroupsActivities,
  DeletionActivities,
  IndexActivities,
  MailboxActivities,
  SourceActivities,
  TestActivities,
} from '../contract/workflow/activities.ts';
import { createAbandonMailbox, createCloseMailbox } from './close-mailbox.ts';
import type { ActivityDeps } from './deps.ts';
import { createDeletionActivities } from './delete-source.ts';
import { createIndexDocuments } from './index-documents.ts';
import { createPrepareMailbox } from './prepare-mailbox.ts';
import { createReadCallerGroups } from './read-caller-groups.ts';
import { createSourceActivities } from './source-activities.ts';
import { createTestConnection } from './test-connection.ts';
import { createTestCredential } from './test-credential.ts';
import { createCatchUp, createWalkStreams } from './walk-streams.ts';

export type Activities = SourceActivities &
  MailboxActivities &
  IndexActivities &
  TestActivities &
  CallerGroupsActivities &
  DeletionActivities;

/** Every activity that a worker registers, whatever queue it serves. */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    ...createSourceActivities(deps),
    prepareMailbox: createPrepareMailbox(deps),
    walkStreams: createWalkStreams(deps),
    catchUp: createCatchUp(deps),
    closeMailbox: createCloseMailbox(deps),
    abandonMailbox: createAbandonMailbox(deps),
    indexDocuments: createIndexDocuments(deps),
    ...createDeletionActivities(deps),
    testCredential: createTestCredential(deps),
    readCallerGroups: createReadCallerGroups(deps),
    testConnection: createTestConnection(deps),
  };
}
