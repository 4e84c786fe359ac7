import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { indexWorkflowId, taskQueues, workflowTypes } from '../contract/workflow/names.ts';
import type { TemporalSettings } from '../settings/read-environment.ts';

/** What a worker asks of Temporal besides work. */
export interface WorkerTemporal {
  connection: NativeConnection;
  isWorkflowRunning(workflowId: string): Promise<boolean>;
  /** Starts the one workflow that fills the search index, unless it runs already. */
  startIndexing(): Promise<void>;
}

/** Connects to Temporal. Throws Error that names the address, the reason and the setting. */
export async function connectTemporal(settings: TemporalSettings): Promise<WorkerTemporal> {
  const address = settings.connectionOptions.address ?? 'localhost:7233';
  const connection = await NativeConnection.connect(settings.connectionOptions).catch((error: unknown) => {
    throw new Error(`Temporal at ${address} (TEMPORAL_ADDRESS) does not answer: ${(error as Error).message}`, { cause: error });
  });
  const client = new Client({ connection, namespace: settings.namespace });
  return {
    connection,
    async isWorkflowRunning(workflowId) {
      try {
        return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    async startIndexing() {
      await client.workflow.start(workflowTypes.indexDocuments, {
        workflowId: indexWorkflowId,
        taskQueue: taskQueues.workflows,
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: 'Fills the search index from crawled documents',
      });
    },
  };
}
