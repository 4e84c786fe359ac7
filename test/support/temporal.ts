import { TestWorkflowEnvironment } from '@temporalio/testing';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { searchAttributeTypes } from '../../contract/workflow/names.ts';

const attributeTypes = { Keyword: SearchAttributeType.KEYWORD, Int: SearchAttributeType.INT } as const;

/** A Temporal server of its own for one test file, in memory, with Trawl's search attributes. */
export async function startTestTemporal(): Promise<TestWorkflowEnvironment> {
  const path = process.env['TRAWL_TEMPORAL_BIN'];
  if (!path) throw new Error('TRAWL_TEMPORAL_BIN is not set: run the tests by npm test, which provisions the server');
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      searchAttributes: Object.entries(searchAttributeTypes).map(([name, type]) => defineSearchAttributeKey(name, attributeTypes[type])),
    },
  });
}
