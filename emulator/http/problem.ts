/** A refusal as Graph words it: status, code and message, and headers such as Location or Retry-After. */
export interface Problem {
  readonly problem: true;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Put into innerError beside the date and the ids. */
  readonly innerError?: Readonly<Record<string, string>>;
}

/** Thrown by handlers; the server turns it into Graph's error body. */
export function problem(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Error & Problem {
  return Object.assign(new Error(message), { problem: true as const, status, code, headers });
}

export function isProblem(error: unknown): error is Error & Problem {
  return error instanceof Error && 'problem' in error;
}

/** learn.microsoft.com/graph/errors: innerError.date has no offset. */
export function errorBody(
  fault: Pick<Problem, 'code' | 'message' | 'innerError'>,
  ids: { requestId: string; clientRequestId: string; nowMs: number },
): object {
  const date = new Date(ids.nowMs).toISOString().slice(0, 19);
  const innerError = { ...fault.innerError, date, 'request-id': ids.requestId, 'client-request-id': ids.clientRequestId };
  return { error: { code: fault.code, message: fault.message, innerError } };
}

/** Comes with every 401 of Graph. */
export const BEARER_CHALLENGE =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

export const PROBLEMS = {
  itemNotFound: () => problem(404, 'ErrorItemNotFound', 'The specified object was not found in the store.'),
  malformedId: () => problem(400, 'ErrorInvalidIdMalformed', 'Id is malformed.'),
  otherMailbox: () => problem(400, 'ErrorInvalidMailboxItemId', "Item Id doesn't belong to the current mailbox."),
  noMailbox: () => problem(404, 'MailboxNotEnabledForRESTAPI', 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.'),
  unusedMailbox: () => problem(404, 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.'),
  noSuchObject: (id: string) =>
    problem(
      404,
      'Request_ResourceNotFound',
      `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    ),
  invalidUser: (id: string) => problem(404, 'ErrorInvalidUser', `The requested user '${id}' is invalid.`),
  noSegment: (segment: string) => problem(400, 'BadRequest', `Resource not found for the segment '${segment}'.`),
  unknownProperty: (property: string, type: string) =>
    problem(400, 'RequestBroker--ParseUri', `Could not find a property named '${property}' on type '${type}'.`),
  badQuery: (message: string) => problem(400, 'RequestBroker--ParseUri', message),
  foreignDeltaToken: () => problem(400, 'BadRequest', "Parameter 'DeltaToken' not supported for this request."),
  badBody: (message: string) => problem(400, 'RequestBodyRead', message),
  mailDenied: () => problem(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  accessDenied: () => problem(403, 'accessDenied', 'Access denied'),
  meWithoutPerson: () => problem(400, 'BadRequest', '/me request is only valid with delegated authentication flow.'),
  directoryDenied: () => problem(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
} as const;
