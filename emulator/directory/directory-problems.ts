import { problem, PROBLEMS } from '../http/problem.ts';

export const DIRECTORY_PROBLEMS = {
  notFound: PROBLEMS.noSuchObject,
  badId: (id: string) => problem(400, 'Request_BadRequest', `Invalid object identifier '${id}'.`),
  badRequest: (message: string) => problem(400, 'Request_BadRequest', message),
  badUri: (message: string) => problem(400, 'BadRequest', message),
  unsupported: (message: string) => problem(400, 'Request_UnsupportedQuery', message),
  noCount: () => problem(400, 'Request_BadRequest', '$count is not currently supported.'),
  badFilter: (property: string, type: string) =>
    problem(
      400,
      'Request_UnsupportedQuery',
      `Unsupported or invalid query filter clause specified for property '${property}' of resource '${type}'.`,
    ),
  needsAdvanced: (what: string) =>
    problem(
      400,
      'Request_UnsupportedQuery',
      `${what} works only as an advanced query, with the header 'ConsistencyLevel: eventual' and $count=true.`,
    ),
  /** learn.microsoft.com/graph/delta-query-overview: properties that lie outside the directory. */
  notImplemented: () => problem(501, 'NotImplemented', 'This operation target is not yet supported.'),
  expiredPage: () =>
    problem(400, 'Directory_ExpiredPageToken', 'The specified page token value has expired and can no longer be included in your request.'),
} as const;
