import { defineSearchAttributeKey, SearchAttributeType, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, getExternalWorkflowHandle, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { CrawlMailboxInput } from '../contract/workflow/inputs.ts';
import { mailboxWorkflowId, priorityKeys, searchAttributes, taskQueues, workflowTypes } from '../contract/workflow/names.ts';
import type { SourceRun } from './source-run.ts';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const sourceAttribute = keyword(searchAttributes.source);
const datasetAttribute = keyword(searchAttributes.dataset);
const mailboxAttribute = keyword(searchAttributes.mailbox);
const priorityAttribute = keyword(searchAttributes.priority);
const cycleAttribute = defineSearchAttributeKey(searchAttributes.cycle, SearchAttributeType.INT);

/**
 * Starts a mailbox's workflow, which outlives this run and reports by signal.
 * False when one of the same id still runs (left by an earlier crawl): it is told to end, and the caller tries again later.
 */
export async function startMailbox(run: SourceRun, mailboxId: string): Promise<boolean> {
  const input: CrawlMailboxInput = {
    v: 1,
    sourceId: run.sourceId,
    datasetId: run.datasetId,
    crawlId: run.crawlId,
    cycle: run.cycle,
    mailboxId,
    priority: run.priority,
  };
  try {
    await startChild(workflowTypes.crawlMailbox, {
      workflowId: mailboxWorkflowId(run.sourceId, mailboxId),
      taskQueue: taskQueues.workflows,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Mailbox ${mailboxId}, cycle ${run.cycle}`,
      typedSearchAttributes: [
        { key: sourceAttribute, value: run.sourceId },
        { key: datasetAttribute, value: run.datasetId },
        { key: mailboxAttribute, value: mailboxId },
        { key: priorityAttribute, value: run.priority },
        { key: cycleAttribute, value: run.cycle },
      ],
      priority: { priorityKey: priorityKeys[run.priority] },
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await cancelMailbox(run, mailboxId);
    return false;
  }
}

/** Asks a mailbox's workflow to end; one that is closed already counts as asked. */
export async function cancelMailbox(run: SourceRun, mailboxId: string): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    try {
      await getExternalWorkflowHandle(mailboxWorkflowId(run.sourceId, mailboxId)).cancel();
    } catch {
      // "unable to cancel": the workflow is closed, which is what was wanted.
    }
  });
}
