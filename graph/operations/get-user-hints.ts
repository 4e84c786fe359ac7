import { graphAddress } from '../address.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphUserHints } from '../types.ts';

const operation = 'getUserHints';
const select = 'id,userType,assignedPlans,onPremisesSyncEnabled';

/** What the directory knows that explains why a user has no mailbox to read (learn.microsoft.com/graph/api/resources/user). */
export const getUserHints =
  (requests: Requests): Graph['getUserHints'] =>
  async ({ userId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId], { $select: select });
    return readItem<GraphUserHints>(await requests.getJson({ operation, url, options }), shapes.userHints, operation);
  };
