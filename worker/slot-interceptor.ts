import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, ActivityInterceptors, Next } from '@temporalio/worker';
import type { SlotUse } from '../activities/slot-use.ts';

/** Counts the activities that hold a slot, so that long ones know when to give way. */
export const createSlotInterceptor =
  (slotUse: SlotUse) =>
  (context: Context): ActivityInterceptors => ({
    inbound: {
      async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
        const leave = slotUse.enter(context.info.taskQueue);
        try {
          return await next(input);
        } finally {
          leave();
        }
      },
    },
  });
